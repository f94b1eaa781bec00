//! The credentials of `jeton dev`: created at the first start, stored in `DATA/dev.json`, readable by its owner only.

use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::exit::{Done, Failure};
use crate::output::secret;
use crate::serve::write_private;

/// What the first start makes.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Credentials {
    /// The administrator.
    pub(super) admin: Person,
    /// A user.
    pub(super) user: Person,
    /// A confidential client.
    pub(super) client: Application,
    /// What makes API tokens.
    #[serde(default)]
    pub(super) api_tokens: ApiTokens,
}

/// Who signs in.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) username: String,
    pub(super) password: Zeroizing<String>,
}

/// What asks for tokens.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Application {
    pub(super) client_id: String,
    pub(super) client_secret: Zeroizing<String>,
}

/// What a program shows to make API tokens.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct ApiTokens {
    pub(super) secret: Zeroizing<String>,
}

/// Reads them, or makes them.
pub(super) fn load_or_make(data: &Path) -> Done<Credentials> {
    let path = data.join("dev.json");
    match std::fs::read_to_string(&path).map(Zeroizing::new) {
        Ok(text) => {
            let mut read: Credentials = serde_json::from_str(&text).map_err(|error| {
                Failure::failed(format_args!(
                    "{} cannot be read ({error}): remove it to get new credentials",
                    path.display()
                ))
            })?;
            // A file of an earlier version has none.
            if read.api_tokens.secret.is_empty() {
                read.api_tokens.secret = secret::client_secret()?;
                write(&path, &read)?;
            }
            Ok(read)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let made = make()?;
            write(&path, &made)?;
            Ok(made)
        }
        Err(error) => Err(Failure::failed(format_args!("cannot read {}: {error}", path.display()))),
    }
}

fn write(path: &Path, credentials: &Credentials) -> Done {
    let text = serde_json::to_string_pretty(credentials).map(Zeroizing::new).map_err(Failure::failed)?;
    let unwritable = |error| Failure::failed(format_args!("cannot write {}: {error}", path.display()));
    write_private(path, &text).map_err(unwritable)
}

fn make() -> Done<Credentials> {
    let person = |username: &str| Ok(Person { username: username.to_owned(), password: secret::password()? });
    Ok(Credentials {
        admin: person("admin")?,
        user: person("alice")?,
        client: Application { client_id: "app".to_owned(), client_secret: secret::client_secret()? },
        api_tokens: ApiTokens { secret: secret::client_secret()? },
    })
}
