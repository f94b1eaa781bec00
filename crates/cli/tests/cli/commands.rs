//! The commands that talk to a running server, by its local socket.

use std::path::Path;

use serde_json::Value;

use super::support::{Request, Running, client, folder, json, run, run_with_input, text};

const SECRET: &str = "a secret of enough characters";

fn served() -> (tempfile::TempDir, Running) {
    let (folder, port) = folder(&client("app", SECRET));
    let running = Running::serve(folder.path(), port);
    (folder, running)
}

fn jq(folder: &Path, args: &[&str]) -> Value {
    let args: Vec<_> = args.iter().copied().chain(["--json"]).collect();
    json(&run(folder, &args))
}

#[test]
fn tokens_are_minted_inspected_listed_amended_and_revoked() {
    let (folder, _running) = served();
    let folder = folder.path();
    let minted = jq(folder, &["token", "mint", "--client", "app", "--scope", "api1", "--lifetime", "90s"]);
    let id = minted["id"].to_string();
    assert_eq!(minted["expires_at"].as_i64().unwrap() - minted["issued_at"].as_i64().unwrap(), 90);

    let token = minted["token"].as_str().unwrap();
    let inspected = json(&run_with_input(folder, &["token", "inspect", "-", "--json"], token));
    assert_eq!((&inspected["id"], &inspected["state"]), (&minted["id"], &"live".into()));
    assert!(inspected.get("token").is_none());

    let amended = jq(folder, &["token", "amend", &id, "--lifetime", "1h", "--name", "renamed"]);
    assert!(amended["expires_at"].as_i64() > minted["expires_at"].as_i64());
    assert_eq!(amended["name"], "renamed");

    let listed = jq(folder, &["token", "list", "--client", "app", "--live"]);
    assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&1.into(), &minted["id"]));
    assert_eq!(jq(folder, &["token", "list", "--client", "nobody"])["total"], 0);
    let filter = ["token", "list", "--filter", "client=app kind=access", "--filter", "issued_from=-1h state=live"];
    assert_eq!(jq(folder, &filter)["total"], 1);
    assert_eq!(jq(folder, &["token", "list", "--filter", "issued_before=-1h"])["total"], 0);

    assert_eq!(jq(folder, &["token", "revoke", &id])["changed"], true);
    assert_eq!(jq(folder, &["token", "revoke", &id])["changed"], false);
    assert_eq!(jq(folder, &["token", "inspect", &id])["state"], "revoked");
    assert_eq!(jq(folder, &["token", "list", "--live"])["total"], 0);
}

#[test]
fn a_minted_token_stands_alone_on_stdout() {
    let (folder, running) = served();
    let output = run(folder.path(), &["token", "mint", "--kind", "api", "--client", "app", "--scope", "jeton:admin"]);
    let token = text(&output.stdout).trim().to_owned();
    assert!(token.starts_with("jtn_api_"), "{token}");
    let bearer = format!("Bearer {token}");
    let answer = running.http(&Request::get("/admin/v1/services").header("authorization", &bearer));
    assert_eq!(answer.status, 200);
}

#[test]
fn a_token_never_outgrows_its_client() {
    let (folder, _running) = served();
    let output = run(folder.path(), &["token", "mint", "--client", "app", "--scope", "api2"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("scope_not_allowed"), "{}", text(&output.stderr));
}

#[test]
fn clients_are_created_listed_shown_updated_and_deleted() {
    let (folder, running) = served();
    let folder = folder.path();
    let create =
        ["client", "create", "shop", "--grant-types", "client_credentials", "--scope", "a b", "--default-scope", "a"];
    let made = jq(folder, &create);
    let secret = made["client_secret"].as_str().unwrap();
    assert_eq!(running.token("shop", secret, "a").status, 200);
    assert_eq!(run(folder, &create).status.code(), Some(1), "the name is taken");

    let shown = jq(folder, &["client", "show", "shop"]);
    assert!(shown.get("client_secret").is_none());
    let updated = jq(folder, &["client", "update", "shop", "--scope", "a b c"]);
    assert_eq!((&updated["scope"], &updated["default_scope"]), (&"a b c".into(), &"a".into()));
    assert_eq!(running.token("shop", secret, "c").status, 200, "the secret stays");

    let renewed = jq(folder, &["client", "secret", "shop"]);
    assert_ne!(running.token("shop", secret, "a").status, 200);
    assert_eq!(running.token("shop", renewed["client_secret"].as_str().unwrap(), "a").status, 200);
    assert_eq!(jq(folder, &["client", "list"])["total"], 2);
    assert_eq!(jq(folder, &["client", "delete", "shop"])["deleted"], true);
    assert_eq!(run(folder, &["client", "show", "shop"]).status.code(), Some(1));
}

#[test]
fn users_are_created_listed_shown_updated_and_deleted() {
    let (folder, _running) = served();
    let folder = folder.path();
    let made = jq(folder, &["user", "create", "bob", "--name", "Bob", "--role", "admin"]);
    assert!(made["password"].as_str().unwrap().len() >= 24);
    let updated = jq(folder, &["user", "update", "bob", "--email", "bob@example.com"]);
    assert_eq!(
        (&updated["email"], &updated["name"], &updated["sub"]),
        (&"bob@example.com".into(), &"Bob".into(), &made["sub"])
    );
    assert!(jq(folder, &["user", "show", "bob"]).get("password").is_none());
    let set =
        run_with_input(folder, &["user", "password", "bob", "--password-stdin", "--json"], "a long enough password\n");
    assert!(json(&set).get("password").is_none());
    assert_eq!(jq(folder, &["user", "list"])["total"], 1);
    assert_eq!(jq(folder, &["user", "delete", "bob"])["deleted"], true);
    assert_eq!(run(folder, &["user", "show", "bob"]).status.code(), Some(1));
}

#[test]
fn keys_rotate_and_retire_without_a_failed_request() {
    let (folder, running) = served();
    let folder = folder.path();
    let signing = |keys: &Value, state: &str| {
        let found =
            keys["items"].as_array().unwrap().iter().filter(|key| key["alg"] == "ES256" && key["state"] == state);
        found.map(|key| key["kid"].clone()).collect::<Vec<_>>()
    };
    let [first] = &signing(&jq(folder, &["key", "list"]), "active")[..] else { panic!("one key signs") };
    assert_eq!(run(folder, &["key", "retire", first.as_str().unwrap()]).status.code(), Some(1), "the only one");
    let ahead = jq(folder, &["key", "rotate"]);
    assert_eq!((signing(&ahead, "next").len(), signing(&ahead, "active")), (1, vec![first.clone()]));
    assert_eq!(running.token("app", SECRET, "api1").status, 200);
    let now = jq(folder, &["key", "rotate", "--publish-ahead", "0"]);
    assert_eq!((signing(&now, "active").len(), signing(&now, "verifying")), (1, vec![first.clone()]));
    jq(folder, &["key", "retire", first.as_str().unwrap()]);
    assert_eq!(running.token("app", SECRET, "api1").status, 200);
}

#[test]
fn a_service_is_switched_off_and_on() {
    let (folder, running) = served();
    let folder = folder.path();
    let id = jq(folder, &["service", "list"])["items"][0]["id"].to_string();
    assert_eq!(jq(folder, &["service", "disable", &id])["enabled"], false);
    assert_eq!(running.token("app", SECRET, "api1").status, 503);
    assert_eq!(jq(folder, &["service", "enable", &id])["enabled"], true);
    assert_eq!(running.token("app", SECRET, "api1").status, 200);
    assert_eq!(jq(folder, &["service", "show", &id])["id"].to_string(), id);
}

#[test]
fn a_code_and_a_recorded_refusal_are_explained() {
    let (folder, running) = served();
    let folder = folder.path();
    assert_eq!(jq(folder, &["explain", "invalid_grant"])["code"], "invalid_grant");
    assert_eq!(jq(folder, &["explain", "scope_not_allowed"])["refusal"], true);
    let refused = running.token("app", "wrong", "api1");
    let reference = refused.header("jeton-refusal").unwrap();
    let explained = jq(folder, &["explain", reference]);
    assert_eq!((&explained["id"], &explained["client"]), (&"secret_basic_invalid".into(), &"app".into()));
    let unknown = run(folder, &["explain", "invalid_grnt"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("invalid_grant"));
}

#[test]
fn wrong_commands_and_absent_servers_have_their_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (args, code) in [
        (&["token", "list"][..], 1),
        (&["token", "list", "--filter", "clinet=app"][..], 2),
        (&["token", "list", "--filter", "client=app", "--client", "app"][..], 2),
        (&["token", "lst"][..], 2),
        (&["token", "list", "--url", "http://127.0.0.1:1"][..], 2),
        (&["token", "list", "--url", "ftp://127.0.0.1"][..], 2),
        (&["token", "amend", "5"][..], 2),
        (&["token", "mint", "--lifetime", "soon"][..], 2),
        (&["serve", "--config", "absent.toml"][..], 2),
        (&["--version"][..], 0),
        (&["completions", "bash"][..], 0),
        (&["token", "mint", "--help"][..], 0),
    ] {
        let output = run(folder, args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output.stderr));
    }
    let line = text(&run(folder, &["token", "list"]).stderr);
    assert!(line.contains("./jeton-data/jeton.sock") && line.contains("--data"), "{line}");
}

#[test]
fn tables_are_plain_text() {
    let (folder, _running) = served();
    let output = run(folder.path(), &["client", "list"]);
    let table = text(&output.stdout);
    assert!(table.contains("CLIENT_ID") && table.contains("app"), "{table}");
    assert!(!table.contains('\u{1b}'));
}

/// `jeton … | head -1`: a closed pipe is no error, and no panic.
#[test]
fn a_reader_who_has_gone_is_no_error() {
    let (gone, stdout) = std::io::pipe().unwrap();
    drop(gone);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_jeton"));
    let output = command.args(["explain", "client_unknown"]).stdout(stdout).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

/// A name is one segment of a path, whatever it contains: `..` is no way to another command.
#[test]
fn names_that_mean_something_in_a_path_are_names() {
    let (folder, _running) = served();
    let folder = folder.path();
    for name in ["..", ".", "a/b", "Anna Blank", "100%", "?"] {
        let absent = run(folder, &["user", "show", name]);
        assert_eq!(absent.status.code(), Some(1), "{name}: {}", text(&absent.stdout));
        assert!(text(&absent.stderr).contains("not_found"), "{name}: {}", text(&absent.stderr));
        jq(folder, &["user", "create", name, "--name", "N"]);
        assert_eq!(jq(folder, &["user", "show", name])["username"], name);
        let filter = format!("user=\"{name}\"");
        assert_eq!(jq(folder, &["token", "list", "--filter", &filter])["total"], 0);
        assert_eq!(jq(folder, &["user", "delete", name])["deleted"], true);
    }
    let empty = run(folder, &["user", "show", ""]);
    assert_eq!((empty.status.code(), text(&empty.stdout)), (Some(2), String::new()));
}
