//! Files that others may read or write, and should not.

use std::fs::Metadata;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jeton_server::config::{Config, Engine};

use super::report::Report;

/// Keys whose files are not secret: certificates. The files of all other keys are treated as secret.
const PUBLIC: [&str; 5] = ["tls_cert", "client_ca", "ca", "sslrootcert", "sslcert"];

/// Files in the data folder that only its owner may access.
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

/// Checks the configuration, the files that it names, and the data folder. Runs before the store is opened, which
/// closes its own files to others.
pub(super) fn look(path: &Path, config: &Config, report: &mut Report) {
    one("configuration", path, Guard::Secret, report);
    for (key, file) in config.named_files() {
        match key.rsplit(['.', '?']).next().unwrap_or_default() {
            "data_dir" => {}
            name if PUBLIC.contains(&name) => one(&key, &file, Guard::Public, report),
            _ => one(&key, &file, Guard::Secret, report),
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
    // Missing or unreadable files are reported by the code that needs them.
    let Ok(metadata) = path.metadata() else { return };
    if let Some((complaint, fix)) = exposed(&metadata, guard) {
        let (mode, path) = (metadata.permissions().mode() & 0o7777, path.display());
        report.warning(format!("`{key}`: {path} can be {complaint} (mode {mode:04o}): chmod {fix} {path}"));
    }
    // A user who may write in a folder can replace this file; a sticky folder prevents that.
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

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};

    use jeton_server::config::KEYS;

    use super::*;

    /// A configuration, as TOML in one line, in which the key at a path has a text and the tables around it have their
    /// required keys.
    fn written(path: &str, value: &str) -> String {
        let (mut text, mut inner) = (String::new(), path);
        while let Some((outer, name)) = inner.rsplit_once('.').or((!inner.is_empty()).then_some(("", inner))) {
            let prefix = if outer.is_empty() { String::new() } else { format!("{outer}.") };
            let (name, is_list) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
            let table = if text.is_empty() { format!("\"{value}\"") } else { format!("{{ {text} }}") };
            text = if is_list { format!("{name} = [{table}]") } else { format!("{name} = {table}") };
            let required = KEYS.iter().filter(|key| key.required && key.path != path);
            for key in required.filter(|_| !prefix.is_empty()) {
                let Some(name) = key.path.strip_prefix(&prefix).filter(|name| !name.contains('.')) else { continue };
                text.push_str(&format!(", {name} = {}", if key.kind == "number" { "1" } else { "\"x\"" }));
            }
            inner = outer;
        }
        text
    }

    fn warnings(toml: &str, folder: &Path) -> Vec<String> {
        let path = folder.join("jeton.toml");
        fs::write(&path, toml).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let config = Config::load(Some(&path), std::iter::empty()).unwrap_or_else(|e| panic!("{toml}: {e}"));
        let mut report = Report::default();
        look(&path, &config, &mut report);
        report.take_warnings()
    }

    #[test]
    fn every_file_that_a_key_can_name_is_a_secret_unless_it_is_known_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "a text that is long enough").unwrap();
        let set = |mode| fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let paths = KEYS.iter().filter(|key| key.kind == "path" && key.path != "data_dir").map(|key| key.path.clone());
        let in_url = ["sslrootcert", "sslcert", "sslkey"].map(|name| format!("store.url?{name}"));
        let (mut public, mut seen) = (Vec::new(), 0);
        for path in paths.chain(in_url) {
            let toml = match path.split_once('?') {
                Some((_, name)) => format!("store = {{ url = \"postgres://u:p@h/d?sslmode=require&{name}=file\" }}"),
                None => written(&path, "file"),
            };
            let place = path.replace("[]", "[0]");
            let problems = |mode| {
                set(mode);
                let lines = warnings(&toml, folder.path());
                assert!(lines.iter().all(|line| line.starts_with(&format!("`{place}`: "))), "{toml}: {lines:?}");
                lines.len()
            };
            assert_eq!((problems(0o600), problems(0o622)), (0, 1), "{path}: nobody else may write it");
            if problems(0o604) == 0 {
                public.push(path);
            }
            seen += 1;
        }
        assert!(seen > 15, "{seen}");
        let certificates = [
            "http.client_ca",
            "http.tls_cert",
            "internal.tls_cert",
            "outbound.ca",
            "vector.client_ca",
            "vector.tls_cert",
        ];
        let of_the_store = ["store.url?sslrootcert", "store.url?sslcert"];
        assert_eq!(public, [&certificates[..], &of_the_store].concat());
    }

    #[test]
    fn every_secret_may_stand_in_a_file_of_its_own() {
        for key in KEYS.iter().filter(|key| key.kind == "secret") {
            let file = format!("{}_file", key.path);
            assert!(KEYS.iter().any(|key| key.path == file && key.kind == "path"), "{file}");
        }
    }
}
