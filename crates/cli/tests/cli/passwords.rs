//! A changed password ends what was issued, whether the configuration file, a command or a request changes it.

use std::path::Path;

use super::support::{Request, Running, client, configuration, folder, json, run, run_with_input};

const SECRET: &str = "a secret of enough characters";

fn declared(password: &str, more: &str) -> String {
    client("app", SECRET)
        + &format!("[[user]]\nusername = \"alice\"\npassword = \"{password}\"\n{more}\n[[user]]\nusername = \"bob\"\n")
}

/// An access token and an API token in alice's name, as they are now.
fn minted(folder: &Path) -> [String; 2] {
    let mint = |more: &[&str]| {
        let args: Vec<_> = ["token", "mint", "--user", "alice", "--json"].iter().chain(more).copied().collect();
        json(&run(folder, &args))["token"].as_str().unwrap().to_owned()
    };
    [mint(&["--client", "app", "--scope", "api1"]), mint(&["--kind", "api"])]
}

fn live(folder: &Path, tokens: &[String; 2]) -> [bool; 2] {
    let state =
        |token: &String| json(&run_with_input(folder, &["token", "inspect", "-", "--json"], token))["state"] == "live";
    [state(&tokens[0]), state(&tokens[1])]
}

#[test]
fn a_password_changed_in_the_file_ends_what_was_issued_and_the_same_one_does_not() {
    let (folder, port) = folder(&declared("the first password", ""));
    let mut running = Running::serve(folder.path(), port);
    let write = |rest: &str| std::fs::write(folder.path().join("jeton.toml"), configuration(port, rest)).unwrap();
    let tokens = minted(folder.path());
    for (password, more, left) in [
        // Applied again, with something else changed.
        ("the first password", "name = \"Alice\"", [true, true]),
        ("the second password", "keep_tokens = \"all\"", [true, true]),
        ("the third password", "keep_tokens = \"api_tokens\"", [false, true]),
        ("the fourth password", "", [false, false]),
    ] {
        write(&declared(password, more));
        running.signal("HUP");
        running.wait_for("configuration applied");
        assert_eq!(live(folder.path(), &tokens), left, "{password}");
    }
    let tokens = minted(folder.path());
    running.stop();
    let mut running = Running::serve(folder.path(), port);
    assert_eq!(live(folder.path(), &tokens), [true, true], "a start with the same password ends nothing");
    running.stop();
    write(&declared("the fifth password", ""));
    let _running = Running::serve(folder.path(), port);
    assert_eq!(live(folder.path(), &tokens), [false, false], "a start with another one ends everything");
}

#[test]
fn a_password_changed_by_a_command_or_a_request_ends_what_was_issued() {
    let (folder, port) = folder(&declared("the first password", ""));
    let running = Running::serve(folder.path(), port);
    let by_command = |password: &str, more: &[&str]| {
        let args: Vec<_> = ["user", "password", "alice", "--password-stdin"].iter().chain(more).copied().collect();
        assert!(run_with_input(folder.path(), &args, password).status.success());
    };
    let tokens = minted(folder.path());
    by_command("the first password", &[]);
    assert_eq!(live(folder.path(), &tokens), [true, true], "the same one is no change");
    by_command("the second password", &["--keep-tokens", "all"]);
    assert_eq!(live(folder.path(), &tokens), [true, true]);
    by_command("the third password", &["--keep-tokens", "api_tokens"]);
    assert_eq!(live(folder.path(), &tokens), [false, true]);
    by_command("another third password", &["--keep-tokens", "api-tokens"]);
    assert_eq!(live(folder.path(), &tokens), [false, true], "an earlier spelling");
    by_command("the fourth password", &[]);
    assert_eq!(live(folder.path(), &tokens), [false, false]);
    let socket = folder.path().join("jeton-data/jeton.sock");
    for (method, path, body) in [
        ("PUT", "/admin/v1/users/alice", r#"{"username": "alice", "password": "the fifth password"}"#),
        ("POST", "/admin/v1/users/alice/password", r#"{"password": "the sixth password"}"#),
        ("POST", "/admin/v1/users/alice/password", "{}"),
    ] {
        let tokens = minted(folder.path());
        let request = Request::new(method, path).with_body(body).header("content-type", "application/json");
        let answer = request.by_socket(&socket);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(live(folder.path(), &tokens), [false, false], "{method} {path} {body}");
    }
    let wrong = r#"{"password": "the seventh password", "keep_tokens": "some"}"#;
    let request = Request::post("/admin/v1/users/alice/password", wrong).header("content-type", "application/json");
    assert_eq!(request.by_socket(&socket).status, 400);
    drop(running);
}
