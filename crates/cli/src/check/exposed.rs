//! Files that others may read or write, and should not.

use std::fs::Metadata;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jeton_server::config::{Config, Engine};

use super::report::Report;

/// Keys whose files are no secrets: certificates.
const PUBLIC: [&str; 3] = ["tls_cert", "client_ca", "ca"];

/// What the data folder may hold that is its owner's alone.
const PRIVATE: [&str; 2] = ["seal.key", "dev.json"];

/// What others may not do with a file.
#[derive(Clone, Copy)]
enum Guard {
    /// Made by the program for its owner alone: no bit of anyone else.
    Owner,
    /// A secret that a group may be given to read.
    Secret,
    /// Anyone may read it.
    Public,
}

/// Looks at the configuration, at what it names, and at what the data folder holds. Before the store is opened, which
/// closes its own files to others.
pub(super) fn look(path: &Path, config: &Config, report: &mut Report) {
    one("configuration", path, Guard::Secret, report);
    for (key, file) in config.named_files() {
        let name = key.rsplit('.').next().unwrap_or_default();
        match name {
            "data_dir" => {}
            name if PUBLIC.contains(&name) => one(key, file, Guard::Public, report),
            _ => one(key, file, Guard::Secret, report),
        }
    }
    one("data_dir", &config.data_dir, Guard::Public, report);
    for name in PRIVATE {
        one("data_dir", &config.data_dir.join(name), Guard::Owner, report);
    }
    if let Some(Engine::Sqlite(file)) = config.store.engine(&config.data_dir) {
        for end in ["", "-wal", "-shm"] {
            let mut name = file.clone().into_os_string();
            name.push(end);
            one("store.url", &PathBuf::from(name), Guard::Owner, report);
        }
    }
}

/// A warning about one file, if it is there.
fn one(key: &str, path: &Path, guard: Guard, report: &mut Report) {
    // What is not there, or cannot be looked at, is told by those who need it.
    let Ok(metadata) = path.metadata() else { return };
    if let Some((complaint, fix)) = exposed(&metadata, guard) {
        let (mode, path) = (metadata.permissions().mode() & 0o7777, path.display());
        report.warning(format!("`{key}`: {path} can be {complaint} (mode {mode:04o}): chmod {fix} {path}"));
    }
    // Who may write in a folder puts another file in this one's place; a sticky folder keeps them from it.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mode = folder.metadata().map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o1002 == 0o002 {
        let (mode, folder) = (mode & 0o7777, folder.display());
        report.warning(format!("`{key}`: {folder} can be written by everyone (mode {mode:04o}): chmod o-w {folder}"));
    }
}

/// What others can do that they should not, and the mode that stops them.
fn exposed(metadata: &Metadata, guard: Guard) -> Option<(&'static str, &'static str)> {
    let mode = metadata.permissions().mode();
    let (read, write) = match guard {
        Guard::Owner => (0o044, 0o022),
        Guard::Secret => (0o004, 0o022),
        Guard::Public => (0, 0o022),
    };
    let complaint = match (mode & read != 0, mode & write != 0) {
        (false, false) => return None,
        (true, false) => "read by others",
        (false, true) => "written by others",
        (true, true) => "read and written by others",
    };
    let fix = match guard {
        Guard::Public => "go-w",
        Guard::Owner | Guard::Secret => "600",
    };
    Some((complaint, fix))
}
