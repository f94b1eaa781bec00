//! The store of the real server is stopped, or its disk is full: 503, nothing is remembered that is not written, and the same
//! request again does it.

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use jeton_testkit::postgres::PostgresServer;
use tempfile::TempDir;

use super::support::{HttpAnswer, Request, Running, folder};

const SECRET: &str = "a secret of enough characters";

fn node(store: &str) -> (TempDir, u16) {
    let client = |id: &str, scope: &str| {
        format!(
            "[[client]]\nclient_id = \"{id}\"\nclient_secret = \"{SECRET}\"\n\
             grant_types = [\"client_credentials\"]\nscope = \"{scope}\"\ndefault_scope = \"{scope}\"\n"
        )
    };
    let clients = [client("app", "api1"), client("ops", "iam:admin.read iam:admin.write")].concat();
    folder(&format!("{store}\n{clients}"))
}

/// What is asked of a server whose store is away, and once more when it is back.
struct Asked {
    revoked: String,
    leaked: String,
    deleted: (String, u64),
    ops: String,
}

impl Asked {
    fn of(server: &Running) -> Self {
        let token = |client: &str, scope: &str| {
            let answer = server.token(client, SECRET, scope);
            answer.json()["access_token"].as_str().unwrap().to_owned()
        };
        let ops = token("ops", "iam:admin.read+iam:admin.write");
        let deleted = token("app", "api1");
        let bearer = format!("Bearer {ops}");
        let list = Request::get("/iam/api/access-tokens?clientId=app").header("authorization", &bearer);
        let id = server.http(&list).json()["Resources"][0]["id"].as_u64().unwrap();
        Self { revoked: token("app", "api1"), leaked: token("app", "api1"), deleted: (deleted, id), ops }
    }

    fn all(&self, server: &Running) -> [(&'static str, HttpAnswer); 3] {
        let body = format!(r#"{{"token":"{}"}}"#, self.leaked);
        let leaked = Request::post("/leaked", &body).header("content-type", "application/json");
        let path = format!("/iam/api/access-tokens/{}", self.deleted.1);
        let bearer = format!("Bearer {}", self.ops);
        let delete = Request::new("DELETE", &path).header("authorization", &bearer);
        let revoked = server.form("/token/revoke", ("app", SECRET), &format!("token={}", self.revoked));
        [("revoke", revoked), ("leaked", server.http(&leaked)), ("delete", server.http(&delete))]
    }

    /// The store is away.
    fn are_refused(&self, server: &Running) {
        // The second time nothing is remembered of the first.
        for _ in 0..2 {
            let token = ("token", server.token("app", SECRET, "api1"));
            for (what, answer) in self.all(server).into_iter().chain([token]) {
                assert_eq!(answer.status, 503, "{what}: {answer:?}");
                assert!(answer.header("retry-after").is_some(), "{what}: {answer:?}");
                if what != "leaked" {
                    assert_eq!(answer.json()["error"], "server_error", "{what}: {answer:?}");
                }
            }
        }
    }

    /// The store is back; it may take a moment until the server notices.
    fn are_done(&self, server: &Running) {
        let mut left = 300;
        loop {
            let answers = self.all(server);
            // What the lost request has already done is not found any more.
            let done = |what: &str, status: u16| status < 300 || what == "delete" && status == 404;
            if answers.iter().all(|(what, answer)| done(what, answer.status)) {
                return;
            }
            left -= 1;
            assert!(left > 0, "{answers:?}");
            sleep(Duration::from_millis(100));
        }
    }

    fn ended(&self, server: &Running) -> bool {
        [&self.revoked, &self.leaked, &self.deleted.0].iter().all(|token| !server.is_active(("app", SECRET), token))
    }
}

#[test]
fn what_was_asked_while_postgresql_was_stopped_is_done_when_it_is_asked_again_on_every_node() {
    let database = PostgresServer::start();
    let store = format!("[store]\nurl = \"{}\"", database.database());
    let (one, two) = (node(&store), node(&store));
    let mut a = Running::serve(one.0.path(), one.1);
    let b = Running::serve(two.0.path(), two.1);
    let asked = Asked::of(&a);
    assert!(b.is_active(("app", SECRET), &asked.revoked));
    database.kill();
    asked.are_refused(&a);
    database.restart();
    asked.are_done(&a);
    assert!(asked.ended(&a));
    let noticed = (0..300).any(|_| {
        sleep(Duration::from_millis(100));
        let body = format!("token={}", asked.revoked);
        let answers = b.form("/introspect", ("app", SECRET), &body).status == 200;
        answers && asked.ended(&b)
    });
    assert!(noticed, "the second node");
    a.stop();
    assert!(asked.ended(&Running::serve(one.0.path(), one.1)), "after a restart");
}

#[test]
fn what_was_asked_while_the_disk_was_full_is_done_when_it_is_asked_again() {
    let (folder, port) = node("");
    let mut server = Running::serve(folder.path(), port);
    let asked = Asked::of(&server);
    server.largest_file(Some(0));
    asked.are_refused(&server);
    server.largest_file(None);
    // A disk that failed in a commit is not trusted before a restart.
    server.stop();
    let mut server = Running::serve(folder.path(), port);
    asked.are_done(&server);
    assert!(asked.ended(&server));
    server.stop();
    assert!(asked.ended(&Running::serve(folder.path(), port)), "after a restart");
}

#[test]
fn a_log_at_the_largest_size_a_file_may_have_stops_nothing() {
    // In blocks of 512 bytes, as POSIX counts them: more than the store's files need.
    const BLOCKS: u64 = 400_000;
    let (folder, port) = node("");
    std::fs::File::create(folder.path().join("log")).unwrap().set_len(BLOCKS * 512).unwrap();
    // bash counts in 1,024 bytes, dash in 512; with `prlimit` it is bytes everywhere.
    let line = format!("exec prlimit --fsize={0}:{0} \"$0\" serve 2>>log", BLOCKS * 512);
    let mut shell = Command::new("sh");
    shell.args(["-c", &line, env!("CARGO_BIN_EXE_jeton")]).current_dir(folder.path()).env("JETON_LOG", "debug");
    let server = Running::command(&mut shell, port);
    let mut left = 3_000;
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        left -= 1;
        assert!(left > 0 && server.is_running(), "it did not start");
        sleep(Duration::from_millis(100));
    }
    let ended = Asked::of(&server);
    ended.are_done(&server);
    assert!(ended.ended(&server) && server.is_running());
    assert_eq!(std::fs::metadata(folder.path().join("log")).unwrap().len(), BLOCKS * 512, "the log cannot grow");
}

impl Running {
    /// From now on no file may be written beyond this many bytes.
    fn largest_file(&self, bytes: Option<u64>) {
        let limit = bytes.map_or_else(|| "unlimited:".to_owned(), |bytes| format!("{bytes}:"));
        let process = self.process().to_string();
        let done = Command::new("prlimit").args(["--pid", &process, &format!("--fsize={limit}")]).status();
        assert!(done.unwrap().success());
    }
}
