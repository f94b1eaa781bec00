//! The files of a folder and everything below it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Calls `each` for a file, or for every regular file below a folder in order of names. Links in a folder are not followed,
/// and what is neither file nor folder is left out: a pipe would never end.
pub(super) fn each(path: &Path, found: &mut dyn FnMut(&Path), failed: &mut dyn FnMut(&Path, &io::Error)) {
    match fs::metadata(path) {
        Ok(what) if what.is_dir() => below(path, found, failed),
        Ok(_) => found(path),
        Err(error) => failed(path, &error),
    }
}

fn below(folder: &Path, found: &mut dyn FnMut(&Path), failed: &mut dyn FnMut(&Path, &io::Error)) {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut names: Vec<PathBuf> = match fs::read_dir(&folder) {
            Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
            Err(error) => {
                failed(&folder, &error);
                continue;
            }
        };
        names.sort();
        let mut inner = Vec::new();
        for path in names {
            match fs::symlink_metadata(&path) {
                Ok(what) if what.is_dir() => inner.push(path),
                Ok(what) if what.is_file() => found(&path),
                Ok(_) => {}
                Err(error) => failed(&path, &error),
            }
        }
        folders.extend(inner.into_iter().rev());
    }
}
