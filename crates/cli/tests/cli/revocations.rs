//! Many tokens revoked by a filter, from the command line, and across `kill -9`.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::support::{Request, Running, client, folder, jeton, json, run, text};

const SECRET: &str = "a secret of enough characters";

/// Runs a command and reads its JSON.
fn jq(folder: &Path, args: &[&str]) -> Value {
    json(&run(folder, &[args, &["--json"]].concat()))
}

fn mint(folder: &Path) -> String {
    jq(folder, &["token", "mint", "--client", "app"])["id"].to_string()
}

fn state(folder: &Path, id: &str) -> String {
    jq(folder, &["token", "inspect", id])["state"].as_str().unwrap().to_owned()
}

#[test]
fn tokens_are_previewed_suspended_undone_and_killed() {
    let (folder, port) = folder(&client("app", SECRET));
    let _running = Running::serve(folder.path(), port);
    let folder = folder.path();
    let (one, two) = (mint(folder), mint(folder));
    let filter = ["token", "revoke", "--filter", "client=app kind=access"];
    let look = run(folder, &[&filter[..], &["--dry-run"]].concat());
    assert!(look.status.success() && text(&look.stdout).contains(&one), "{}", text(&look.stderr));
    assert_eq!(jq(folder, &[&filter[..], &["--dry-run"]].concat())["count"], 2);
    assert_eq!(state(folder, &one), "live");

    let yes = [&filter[..], &["--reason", "a stolen laptop", "--yes"]].concat();
    let suspended = jq(folder, &yes);
    assert_eq!((&suspended["state"], &suspended["count"]), (&json!("suspended"), &json!(2)), "{suspended}");
    assert_eq!((state(folder, &one), state(folder, &two)), ("suspended".to_owned(), "suspended".to_owned()));
    let id = suspended["id"].to_string();
    let listed = run(folder, &["token", "revocations"]);
    assert!(text(&listed.stdout).contains("a stolen laptop"), "{}", text(&listed.stdout));
    assert_eq!(jq(folder, &["token", "list", "--filter", "state=suspended"])["total"], 2);

    assert_eq!(jq(folder, &["token", "revocations", "undo", &id])["state"], "undone");
    assert_eq!(state(folder, &one), "live");
    let late = run(folder, &["token", "revocations", "kill", &id]);
    assert_eq!(late.status.code(), Some(1));
    assert!(text(&late.stderr).contains("suspension_over"), "{}", text(&late.stderr));

    let at_once = [&yes[..], &["--undo-window", "0"]].concat();
    let ended = jq(folder, &at_once);
    assert_eq!((&ended["state"], &ended["ended"]), (&json!("ended"), &json!(2)), "{ended}");
    assert_eq!((state(folder, &one), state(folder, &two)), ("revoked".to_owned(), "revoked".to_owned()));
    assert_eq!(jq(folder, &["token", "revocations", "show", &ended["id"].to_string()])["state"], "ended");
    assert_eq!(run(folder, &at_once).status.code(), Some(1), "nothing is left");
}

#[test]
fn a_revocation_of_many_must_be_typed_rightly() {
    let (folder, port) = folder(&client("app", SECRET));
    let _running = Running::serve(folder.path(), port);
    let folder = folder.path();
    let id = mint(folder);
    for (args, code) in [
        (&["--filter", "client=app"][..], 2),
        (&["--filter", "client=app", "--reason", " ", "--yes"], 2),
        (&["--filter", "client=app", "--reason", "why"], 2),
        (&["--filter", "clinet=app", "--reason", "why", "--yes"], 2),
        (&["--filter", "client", "--reason", "why", "--yes"], 2),
        (&["--filter", "client=app", "--reason", "why", "--yes", "--undo-window", "soon"], 2),
        (&["--filter", "client=app", "--reason", "why", "--yes", "--undo-window", "8d"], 1),
        (&["--filter", "client=app", "--all", "--reason", "why", "--yes"], 2),
        (&["5", "--filter", "client=app", "--reason", "why", "--yes"], 2),
        (&["5", "--reason", "why"], 2),
        (&["--filter", "", "--reason", "why", "--yes"], 1),
        (&["--filter", "client=nobody", "--reason", "why", "--yes"], 1),
        (&["--filter", "client=nobody", "--dry-run"], 0),
    ] {
        let output = run(folder, &[&["token", "revoke"], args].concat());
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output.stderr));
    }
    assert_eq!(state(folder, &id), "live");
    assert!(jeton(folder).args(["token", "revoke", "--help"]).output().unwrap().status.success());
}

#[test]
fn a_suspension_survives_a_kill_and_its_ending_goes_on_after_one() {
    let (folder, port) = folder(&client("app", SECRET));
    let running = Running::serve(folder.path(), port);
    let tokens: Vec<_> = (0..1024)
        .map(|_| running.token("app", SECRET, "api1").json()["access_token"].as_str().unwrap().to_owned())
        .collect();
    let order = ["token", "revoke", "--filter", "client=app", "--reason", "why", "--yes"];
    let suspended = jq(folder.path(), &order);
    assert_eq!(suspended["count"], 1024);
    // Dropping it is `kill -9`.
    drop(running);

    let running = Running::serve(folder.path(), port);
    assert!(!running.is_active(("app", SECRET), &tokens[0]) && !running.is_active(("app", SECRET), &tokens[1023]));
    let id = suspended["id"].to_string();
    let socket = folder.path().join("jeton-data/jeton.sock");
    let killed = Request::new("POST", &format!("/admin/v1/revocations/{id}/kill")).by_socket(&socket);
    assert_eq!(killed.status, 200);
    drop(running);

    let running = Running::serve(folder.path(), port);
    let mut shown = Value::Null;
    for _ in 0..3_000 {
        shown = jq(folder.path(), &["token", "revocations", "show", &id]);
        if shown["state"] == "ended" {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    assert_eq!((&shown["state"], &shown["ended"]), (&json!("ended"), &json!(1024)), "{shown}");
    assert!(!tokens.iter().step_by(100).any(|token| running.is_active(("app", SECRET), token)));
    assert_eq!(jq(folder.path(), &["token", "list", "--filter", "state=live"])["total"], 0);
    assert_eq!(jq(folder.path(), &["token", "list", "--filter", "state=revoked", "--limit", "0"])["total"], 1024);
}
