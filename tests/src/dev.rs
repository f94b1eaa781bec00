//! A running `jeton dev` in its own folder, like that of a person who tries Jeton.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::binary;
use crate::free_port;
use crate::process::{end, spawn_dev};

/// How long a start may take before the test gives up.
const START: Duration = Duration::from_secs(300);

/// `jeton dev` as a child process, killed and removed with its data when dropped.
#[derive(Debug)]
pub struct Dev {
    child: Child,
    folder: TempDir,
    issuer: String,
}

impl Dev {
    /// Starts it on a free port and waits until it is ready.
    ///
    /// # Errors
    /// The binary cannot be built, or the server does not become ready.
    pub async fn start() -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port());
        let folder = tempfile::Builder::new().prefix("jeton-dev-").tempdir()?;
        let child = spawn_dev(folder.path(), &address, Stdio::null())?;
        let mut dev = Self { child, folder, issuer: format!("http://{address}") };
        let client = reqwest::Client::builder().no_proxy().build()?;
        let ready = format!("{}/health/ready", dev.issuer);
        let waited = timeout(START, async {
            while !client.get(&ready).send().await.is_ok_and(|answer| answer.status() == 200) {
                if let Some(status) = dev.child.try_wait()? {
                    bail!("jeton dev ended with {status}");
                }
                sleep(Duration::from_millis(20)).await;
            }
            Ok(())
        });
        waited.await.context("jeton dev did not become ready")??;
        Ok(dev)
    }

    /// The issuer, without a slash at its end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The folder that holds `jeton-data`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The path of the binary.
    ///
    /// # Errors
    /// It cannot be built.
    pub fn binary() -> Result<std::path::PathBuf> {
        binary::path()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
