//! Several nodes on one PostgreSQL, with nothing copied from one to the other.

use std::thread::sleep;
use std::time::Duration;

use jeton_testkit::postgres::PostgresServer;
use tempfile::TempDir;

use super::support::{Running, client, folder, json, run, text};

/// How often something awaited is looked for, with a tenth of a second between two looks.
const LOOKS: u32 = 3_000;

const SECRET: &str = "a secret of enough characters";

/// A database with its own role, whose password can be changed.
struct Database {
    name: String,
    url: String,
}

impl Database {
    fn new() -> Self {
        let server = PostgresServer::shared();
        let url = server.database();
        let name = url.rsplit('/').next().unwrap().to_owned();
        server.sql(
            "postgres",
            &format!("CREATE ROLE r{name} LOGIN PASSWORD 'one'; ALTER DATABASE {name} OWNER TO r{name}"),
        );
        Self { name, url }
    }

    fn url(&self, password: &str) -> String {
        let (_, place) = self.url.split_once('@').unwrap();
        format!("postgres://r{}:{password}@{place}", self.name)
    }

    fn change_password(&self, password: &str) {
        PostgresServer::shared().sql("postgres", &format!("ALTER ROLE r{} PASSWORD '{password}'", self.name));
    }
}

fn node(url: &str) -> (TempDir, u16) {
    folder(&format!("[store]\nurl = \"{url}\"\n{}", client("app", SECRET)))
}

fn rewrite(folder: &TempDir, from: &str, to: &str) {
    let path = folder.path().join("jeton.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn two_nodes_that_start_together_serve_each_others_tokens() {
    let database = Database::new();
    let (one, two) = (node(&database.url("one")), node(&database.url("one")));
    let (a, b) = std::thread::scope(|scope| {
        let a = scope.spawn(|| Running::serve(one.0.path(), one.1));
        let b = scope.spawn(|| Running::serve(two.0.path(), two.1));
        (a.join().unwrap(), b.join().unwrap())
    });
    let token = a.token("app", SECRET, "jeton:admin").json()["access_token"].as_str().unwrap().to_owned();
    let output = super::support::jeton(two.0.path())
        .args(["token", "list", "--json", "--url", &format!("http://127.0.0.1:{}", b.port)])
        .env("JETON_TOKEN", token)
        .output()
        .unwrap();
    // The issuers differ in their port, the last one to start names it: what counts is that the token is known.
    assert_eq!(json(&output)["total"], 1);
    let key = |folder: &TempDir| std::fs::read(folder.path().join("jeton-data/seal.key")).unwrap();
    assert_eq!(key(&one.0), key(&two.0));
}

#[test]
fn a_changed_database_password_locks_out_no_node_that_has_run_before() {
    let database = Database::new();
    let (old, new) = (node(&database.url("one")), node(&database.url("two")));
    assert_eq!(Running::serve(old.0.path(), old.1).stop().code(), Some(0));
    database.change_password("two");

    let refused = run(new.0.path(), &["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("earlier database password"), "{}", text(&refused.stderr));

    rewrite(&old.0, ":one@", ":two@");
    assert_eq!(Running::serve(old.0.path(), old.1).stop().code(), Some(0));
    assert_eq!(Running::serve(new.0.path(), new.1).stop().code(), Some(0), "wrapped anew by the other");
}

#[test]
fn a_seal_key_takes_over_and_is_then_needed() {
    let database = Database::new();
    let (one, two) = (node(&database.url("one")), node(&database.url("one")));
    assert_eq!(Running::serve(one.0.path(), one.1).stop().code(), Some(0));
    std::fs::write(one.0.path().join("key"), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n").unwrap();
    rewrite(&one.0, "[store]", "[store]\nseal_key_file = \"key\"");
    assert_eq!(Running::serve(one.0.path(), one.1).stop().code(), Some(0));
    let refused = run(two.0.path(), &["check"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("`store.seal_key`: not set"), "{}", text(&refused.stderr));
}

#[test]
fn an_empty_password_is_worth_a_warning() {
    let (folder, _) = folder("[store]\nurl = \"postgres://jeton@127.0.0.1:1/none\"");
    let output = run(folder.path(), &["check"]);
    assert!(text(&output.stderr).contains("warning: `store.seal_key` is not set"), "{}", text(&output.stderr));
}

#[test]
fn what_one_node_suspends_is_suspended_on_the_other_and_revoked_when_that_one_is_gone() {
    let database = Database::new();
    let (one, two) = (node(&database.url("one")), node(&database.url("one")));
    let (a, b) = (Running::serve(one.0.path(), one.1), Running::serve(two.0.path(), two.1));
    let app = ("app", SECRET);
    let tokens: Vec<_> =
        (0..300).map(|_| a.token("app", SECRET, "api1").json()["access_token"].as_str().unwrap().to_owned()).collect();
    let notices = |node: &Running, wanted: bool| {
        (0..LOOKS).any(|_| {
            sleep(Duration::from_millis(100));
            node.is_active(app, &tokens[0]) == wanted && node.is_active(app, &tokens[299]) == wanted
        })
    };
    assert!(notices(&b, true));
    let order = |window: &str| {
        let args = ["token", "revoke", "--filter", "client=app", "--reason", "why", "--yes", "--undo-window", window];
        json(&run(one.0.path(), &[&args[..], &["--json"]].concat()))["id"].to_string()
    };
    let id = order("1h");
    assert!(notices(&b, false), "suspended on one node");
    assert_eq!(run(two.0.path(), &["token", "revocations", "undo", &id]).status.code(), Some(0));
    assert!(notices(&a, true), "undone on the other");
    let id = order("2s");
    drop(a);
    let show = || json(&run(two.0.path(), &["token", "revocations", "show", &id, "--json"]));
    let ended =
        (0..LOOKS).map(|_| (sleep(Duration::from_millis(100)), show()).1).find(|shown| shown["state"] == "ended");
    let ended = ended.unwrap_or_else(|| panic!("{}", show()));
    assert_eq!(ended["ended"], 300);
    assert!(!b.is_active(app, &tokens[0]));
}
