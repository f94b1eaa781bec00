//! Tries out whether a configuration can be applied, for `jeton check`: by applying it, to an empty store that is thrown away.
//!
//! So `check` runs what a first start runs, and cannot accept what that would refuse.

use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use jeton_server::config::{Config, Sms, Store};

use super::Declared;
use crate::exit::{Done, Failure};
use crate::serve::Node;

/// How many names are tried.
const MOST: u32 = 100;

/// A folder that goes with this value.
struct Scratch(PathBuf);

impl Scratch {
    /// Makes one that nobody else can open.
    fn make() -> std::io::Result<Self> {
        let named = |n: u32| std::env::temp_dir().join(format!("jeton-check-{}-{n}", std::process::id()));
        let mut n = 0;
        loop {
            let path = named(n);
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                // One that an earlier process of this number left behind is not used.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && n < MOST => n += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Applies what `config` declares to an empty store. Passwords are left out: each takes a while to hash, and any can be. No message
/// is sent.
///
/// # Errors
/// What a first start would say; or that there is no folder for it.
pub(crate) async fn rehearse(config: &Config, declared: Declared) -> Done {
    let scratch = Scratch::make().map_err(|error| {
        let folder = std::env::temp_dir();
        Failure::failed(format_args!("cannot make a folder in {} ({error}): set TMPDIR", folder.display()))
    })?;
    let config = Config { data_dir: scratch.0.clone(), store: Store::default(), sms: Sms::default(), ..config.clone() };
    let node = Node::open(&config).await?;
    let applied = declared.without_passwords().apply(&node.jeton).await;
    let closed = node.close().await;
    applied.and(closed)
}
