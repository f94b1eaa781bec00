//! `jeton dev`

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jeton_testkit::machine::{CURL, need};
use serde_json::Value;

use super::support::{free_port, jeton, run, text};

/// A running `jeton dev` and what it printed.
struct Dev {
    child: Child,
    printed: Vec<String>,
}

impl Dev {
    fn start(folder: &Path, port: u16) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let args = ["dev", "--listen", &listen, "--data", "a folder/data"];
        let mut child = jeton(folder).args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut printed = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            printed.push(line.unwrap());
            if printed.iter().filter(|line| line.starts_with("curl ")).count() == 3 {
                break;
            }
        }
        Self { child, printed }
    }

    fn curl_lines(&self) -> Vec<&str> {
        self.printed.iter().map(String::as_str).filter(|line| line.starts_with("curl ")).collect()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sh(line: &str) -> String {
    need(&[&CURL]).unwrap_or_else(|missing| panic!("{missing}"));
    // From another folder, as in a second terminal.
    let output = Command::new("sh").arg("-c").arg(line).current_dir("/").output().unwrap();
    assert!(output.status.success(), "{line}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn the_three_lines_work_as_pasted_and_every_start_prints_the_same() {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let first = Dev::start(folder.path(), port);
    let [get, introspect, revoke] = first.curl_lines()[..] else { panic!("{:#?}", first.printed) };
    let token: Value = serde_json::from_str(&sh(get)).unwrap();
    assert_eq!(token["token_type"], "Bearer");
    let active = || serde_json::from_str::<Value>(&sh(introspect)).unwrap()["active"].clone();
    assert_eq!(active(), true);
    assert_eq!(sh(revoke).trim(), "HTTP 200");
    assert_eq!(active(), false);

    let printed = first.printed.clone();
    for part in ["issuer", "/console", "administrator  admin", "user           alice", "client         app"] {
        assert!(printed.iter().any(|line| line.contains(part)), "{part} in {printed:#?}");
    }
    drop(first);
    let second = Dev::start(folder.path(), port);
    assert_eq!(second.printed, printed);
}

#[test]
fn credentials_of_an_earlier_version_are_kept_and_get_what_is_new() {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    drop(Dev::start(folder.path(), port));
    let file = folder.path().join("a folder/data/dev.json");
    let read = || serde_json::from_str::<Value>(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let mut earlier = read();
    earlier.as_object_mut().unwrap().remove("api_tokens").unwrap();
    std::fs::write(&file, earlier.to_string()).unwrap();
    let printed = Dev::start(folder.path(), port).printed.clone();
    let now = read();
    let secret = now["api_tokens"]["secret"].as_str().unwrap();
    assert!(secret.len() >= 32 && printed.iter().any(|line| line.contains("API tokens") && line.contains(secret)));
    assert_eq!((&now["client"], &now["user"]), (&earlier["client"], &earlier["user"]));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn its_files_are_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let _dev = Dev::start(folder.path(), free_port());
    let data = folder.path().join("a folder/data");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for file in ["dev.json", "seal.key", "jeton.db", "jeton.sock"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
}

#[test]
fn it_refuses_any_address_that_is_not_loopback() {
    let folder = tempfile::tempdir().unwrap();
    for listen in ["0.0.0.0:8080", "192.0.2.1:8080", "[::]:8080"] {
        let output = run(folder.path(), &["dev", "--listen", listen]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("loopback"), "{}", text(&output.stderr));
        assert!(!folder.path().join("jeton-data").exists());
    }
}
