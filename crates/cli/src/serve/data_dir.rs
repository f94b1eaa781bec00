//! The data folder: its owner's alone.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::exit::{Done, Failure};

/// Creates the folder with mode 0700 if it does not exist; an existing one keeps its mode.
pub(crate) fn make(path: &Path) -> Done {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| {
        let path = path.display();
        Failure::failed(format_args!("cannot create the folder {path} ({error}): create it, or set another data_dir"))
    })
}

/// Writes a file of mode 0600 that is whole and on disk when this returns, in place of one that is there.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    // What a crash left behind.
    let _ = std::fs::remove_file(part);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(part, path)?;
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
