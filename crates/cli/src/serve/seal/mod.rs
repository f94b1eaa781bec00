//! The key that encrypts stored secrets: signing keys, and copies of tokens if the operator wants them.
//!
//! | | where it comes from |
//! | --- | --- |
//! | `store.seal_key` is set, embedded store | it is that key |
//! | embedded store | the file `DATA/seal.key`, made at the first start |
//! | PostgreSQL | a random key in the database, wrapped under `store.seal_key` or under the database's password ([`shared`]) |
//!
//! A check value is stored with the encrypted data, to distinguish a wrong or lost key from a damaged database.

mod file;
mod local;
mod password;
mod shared;
mod wrapped;

use jeton_core::Store;
use jeton_core::store::StoreError;
use jeton_jose::seal::{SealError, SealKey};
use jeton_server::config::{Config, Engine};

use crate::exit::{Done, Failure};

/// Finds the key of this installation, or makes it.
pub(super) async fn find(config: &Config, store: &dyn Store) -> Done<SealKey> {
    let given = config.store.seal_key_bytes().map(|bytes| SealKey::from_bytes(bytes.as_ref()));
    let given = given.transpose().map_err(Failure::failed)?;
    let found = match config.store.engine(&config.data_dir) {
        Some(Engine::Postgres(url)) => shared::find(&config.data_dir, store, given, url.expose()).await,
        _ => local::find(&config.data_dir, store, given).await,
    };
    found.map_err(|failure| failure.context("`store.seal_key`: "))
}

/// A warning about keys that are sealed under nothing.
pub(crate) fn warning(config: &Config) -> Option<String> {
    let Some(Engine::Postgres(url)) = config.store.engine(&config.data_dir) else { return None };
    (config.store.seal_key.is_none() && password::of_url(url.expose()).is_empty()).then(|| {
        "`store.seal_key` is not set: the keys are sealed under an empty database password: set store.seal_key_file"
            .into()
    })
}

/// The value stored with encrypted data to recognise its key; it reveals nothing about the key.
fn check_value(key: &SealKey) -> Result<[u8; 32], SealError> {
    Ok(key.derive_mac("jeton seal check")?.mac(&[b"check"]))
}

fn sealing(error: SealError) -> Failure {
    Failure::failed(format_args!("cannot use the seal key: {error}"))
}

fn storing(error: StoreError) -> Failure {
    Failure::failed(error)
}
