//! The key file in the data folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jeton_jose::seal::SealKey;
use zeroize::Zeroizing;

use crate::exit::{Done, Failure};
use crate::serve::data_dir::write_private;

/// Where it is.
pub(super) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("seal.key")
}

/// Reads it; none when there is none.
pub(super) fn read(path: &Path) -> Done<Option<SealKey>> {
    match std::fs::read_to_string(path).map(Zeroizing::new) {
        Ok(text) => SealKey::from_text(&text).map(Some).map_err(|error| {
            Failure::failed(format_args!("{} is not a seal key ({error}): restore it from a backup", path.display()))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::failed(format_args!("cannot read {}: {error}", path.display()))),
    }
}

/// Writes it, for its owner alone; on disk when this returns.
pub(super) fn write(path: &Path, key: &SealKey) -> Done {
    write_private(path, &key.to_text())
        .map_err(|error| Failure::failed(format_args!("cannot write {}: {error}", path.display())))
}
