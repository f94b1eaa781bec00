//! `jeton scan`: tokens in files, offline.

use std::fs;
use std::process::Output;

use serde_json::Value;

use super::support::{Running, jeton};
use super::support::{client, folder, json, run, run_with_input, text};

fn secret() -> String {
    client("app", "a secret of enough characters")
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A served folder with two of its tokens.
fn served() -> (tempfile::TempDir, Running, [String; 2]) {
    let (folder, port) = folder(&secret());
    let running = Running::serve(folder.path(), port);
    let mint = |kind: &str| {
        let args = ["token", "mint", "--kind", kind, "--format", "opaque", "--client", "app", "--scope", "api1"];
        text(&run(folder.path(), &args).stdout).trim().to_owned()
    };
    let tokens = [mint("api"), mint("access")];
    (folder, running, tokens)
}

#[test]
fn tokens_are_found_in_folders_and_named_without_their_secret() {
    let (folder, _running, [api, access]) = served();
    let tree = folder.path().join("tree");
    fs::create_dir_all(tree.join("a/b")).unwrap();
    fs::write(tree.join("a/b/log.txt"), format!("first\nAuthorization: Bearer {access}\n")).unwrap();
    fs::write(tree.join("binary"), [&[0xff, 0, 10, 0x80][..], api.as_bytes(), &[0, 0xfe]].concat()).unwrap();
    fs::write(tree.join("clean"), "jtn_at_nothing").unwrap();
    std::os::unix::fs::symlink("/", tree.join("link")).unwrap();
    let found = run(folder.path(), &["scan", "tree"]);
    assert_eq!(code(&found), 1);
    let printed = text(&found.stdout);
    assert_eq!(printed.lines().count(), 2, "{printed}");
    assert!(printed.contains("tree/a/b/log.txt:2:23: access "), "{printed}");
    assert!(printed.contains("tree/binary:2:2: api "), "{printed}");
    for token in [&api, &access] {
        assert!(!printed.contains(&token[20..]), "no secret is printed: {printed}");
    }
    let document = run(folder.path(), &["scan", "--json", "tree"]);
    assert_eq!(code(&document), 1);
    let document: Value = serde_json::from_slice(&document.stdout).unwrap();
    assert_eq!((document["found"].as_array().unwrap().len(), &document["files"]), (2, &3.into()), "{document}");
    assert!(!document.to_string().contains(&api[20..]));
}

#[test]
fn nothing_found_is_0_and_what_cannot_be_read_is_2() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("clean"), "nothing").unwrap();
    assert_eq!(code(&run(folder.path(), &["scan", "clean"])), 0);
    assert_eq!(json(&run(folder.path(), &["scan", "clean", "--json"]))["bytes"], 7);
    assert_eq!(code(&run(folder.path(), &["scan", "missing"])), 2);
    assert_eq!(code(&run(folder.path(), &["scan"])), 2);
    assert_eq!(code(&run_with_input(folder.path(), &["scan", "-"], "nothing")), 0);
    assert_eq!(code(&run(folder.path(), &["scan", "--url", "http://127.0.0.1:1", "clean"])), 2, "only with --report");
}

#[test]
fn a_report_ends_what_was_found_and_needs_no_credential() {
    let (folder, running, [api, access]) = served();
    let input = format!("{api}\n{access}\n{api}\n");
    let mut command = jeton(folder.path());
    command.args(["scan", "-", "--report", "--json", "--url", &format!("http://127.0.0.1:{}", running.port)]);
    let file = folder.path().join("input");
    fs::write(&file, input).unwrap();
    let output = command.stdin(fs::File::open(file).unwrap()).output().unwrap();
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((document["found"].as_array().unwrap().len(), &document["reported"]), (3, &2.into()), "{document}");
    for token in [api, access] {
        let seen = json(&run_with_input(folder.path(), &["token", "inspect", "-", "--json"], &token));
        assert_eq!((&seen["state"], &seen["revoked_why"]), (&"revoked".into(), &"leaked".into()), "{seen}");
    }
}
