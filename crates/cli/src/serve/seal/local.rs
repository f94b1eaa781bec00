//! The key of an embedded store: given by the configuration, or in the data folder.

use std::path::Path;

use jeton_core::Store;
use jeton_jose::digest::constant_time_eq;
use jeton_jose::seal::SealKey;

use super::{check_value, file, sealing, storing};
use crate::exit::{Done, Failure};

/// The check value's name in the store.
const CHECK: &str = "seal_check";

pub(super) async fn find(data_dir: &Path, store: &dyn Store, given: Option<SealKey>) -> Done<SealKey> {
    let path = file::path(data_dir);
    let known = store.meta(CHECK).await.map_err(storing)?;
    let (key, place) = match (given, file::read(&path)?) {
        (Some(key), _) => (key, "this key".to_owned()),
        (None, Some(key)) => (key, path.display().to_string()),
        (None, None) if known.is_some() => {
            let path = path.display();
            return Err(Failure::failed(format_args!(
                "{path} is missing and the database is sealed under it: restore it from a backup, or set store.seal_key"
            )));
        }
        (None, None) => {
            let key = SealKey::random().map_err(sealing)?;
            // On disk before anything is sealed under it.
            file::write(&path, &key)?;
            (key, path.display().to_string())
        }
    };
    let check = check_value(&key).map_err(sealing)?;
    let stored = match known {
        Some(stored) => stored,
        None => store.meta_init(CHECK, &check).await.map_err(storing)?,
    };
    if constant_time_eq(&stored, &check) {
        return Ok(key);
    }
    Err(Failure::failed(format_args!("{place} is not the key that the database is sealed under: restore that one")))
}
