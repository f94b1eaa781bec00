//! Opening and closing: which process may, and the messages to others.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use futures::executor::block_on;
use jeton_model::ids::TokenId;
use jeton_model::records::User;
use jeton_model::store::{Command, Lost, Outcome, StoreError, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_sqlite::{OpenError, Options, SqliteStore};
use jeton_testkit::sample;

fn open(path: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(path, Options::default())
}

/// Why it was not opened.
fn refusal(path: &Path) -> String {
    let error = open(path).err().unwrap();
    assert!(!error.to_string().contains('\n'), "one line: {error}");
    error.to_string()
}

fn token(id: u64) -> Command {
    Command::of(vec![Write::Token { token: sample::token(id).into(), alias: None }])
}

#[test]
fn a_second_opener_is_refused_until_the_first_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.db");
    let first = open(&path).unwrap();
    assert!(matches!(open(&path), Err(OpenError::Locked { .. })));
    assert!(refusal(&path).contains("in use by another process"));
    block_on(first.close()).unwrap();
    // Closed, though it still lives.
    let second = open(&path).unwrap();
    drop(second);
    open(&path).unwrap();
}

#[test]
fn a_closed_file_is_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.db");
    let store = open(&path).unwrap();
    block_on(store.apply(token(1))).unwrap();
    block_on(store.close()).unwrap();
    block_on(store.close()).unwrap();
    assert!(matches!(block_on(store.token(TokenId::new(1))), Err(StoreError::Busy)));
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["jeton.db", "jeton.db.lock"]);
}

#[test]
fn what_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let text = "nothing of a database's\n".repeat(1000);
    fs::write(&path, &text).unwrap();
    assert!(matches!(open(&path), Err(OpenError::NotADatabase { .. })));
    assert!(refusal(&path).contains("is not a Jeton database"));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);

    let theirs = folder.path().join("theirs.db");
    rusqlite::Connection::open(&theirs).unwrap().execute_batch("CREATE TABLE cats (name)").unwrap();
    let before = fs::read(&theirs).unwrap();
    assert!(matches!(open(&theirs), Err(OpenError::NotADatabase { .. })));
    assert!(fs::read(&theirs).unwrap() == before);
}

#[test]
fn a_newer_schema_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.db");
    drop(open(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().execute("INSERT INTO schema_version VALUES (77)", []).unwrap();
    assert!(matches!(open(&path), Err(OpenError::Newer { found: 77, .. })));
    assert!(refusal(&path).contains("run the newer Jeton"));
}

#[test]
fn a_missing_or_closed_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("jeton.db");
    assert!(matches!(open(&path), Err(OpenError::Unwritable { .. })));
    assert!(refusal(&path).contains("make the folder exist and be writable"));
    // The database's own path is a folder.
    assert!(matches!(open(folder.path()), Err(OpenError::Unwritable { .. })));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.db");
    let mode = |end: &str| {
        let name = format!("{}{end}", path.display());
        fs::metadata(name).unwrap().permissions().mode() & 0o777
    };
    let store = open(&path).unwrap();
    block_on(store.apply(token(1))).unwrap();
    for end in ["", "-wal", "-shm", ".lock"] {
        assert_eq!(mode(end), 0o600, "{end}");
    }
    drop(store);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    drop(open(&path).unwrap());
    assert_eq!(mode(""), 0o600);
}

#[test]
fn more_than_may_wait_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { waiting: 1, ..Options::default() };
    let store = SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap();
    let mut pending = Vec::new();
    let refused = (1..10_000).any(|n| {
        let answer = store.apply(token(n));
        pending.push(answer);
        // A refusal is ready at once.
        let last = pending.last_mut().unwrap();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        matches!(last.as_mut().poll(&mut context), std::task::Poll::Ready(Err(StoreError::Busy)))
    });
    assert!(refused);
}

fn called(key: u64, name: &str) -> Command {
    Command::of(vec![Write::User(Box::new(User { username: name.into(), ..sample::user(key) }))])
}

/// An earlier version wrote no keys, and accepted names that are taken for the same one now.
#[test]
fn names_that_clash_are_matched_exactly_until_one_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.db");
    let store = open(&path).unwrap();
    for (key, name) in [(1, "Alice"), (2, "bob"), (3, "carol")] {
        assert!(matches!(block_on(store.apply(called(key, name))).unwrap(), Outcome::Done { .. }));
    }
    block_on(store.close()).unwrap();
    let earlier = rusqlite::Connection::open(&path).unwrap();
    let sql = "UPDATE user SET username = 'ALICE', body = replace(body, '\"bob\"', '\"ALICE\"') WHERE key = 2; \
        UPDATE user SET name_key = NULL";
    earlier.execute_batch(sql).unwrap();
    drop(earlier);

    let store = open(&path).unwrap();
    let found = |store: &SqliteStore, name: &str| {
        block_on(store.user_by_name(sample::SERVICE, name)).unwrap().map(|user| user.key.get())
    };
    for (typed, key) in [("Alice", Some(1)), ("ALICE", Some(2)), ("alice", None), ("CAROL", Some(3))] {
        assert_eq!(found(&store, typed), key, "{typed}");
    }
    assert_eq!(block_on(store.clashing_users()).unwrap().len(), 2);
    let same_name = User { enabled: false, username: "Alice".into(), ..sample::user(1) };
    let written = block_on(store.apply(Command::of(vec![Write::User(Box::new(same_name))]))).unwrap();
    assert!(matches!(written, Outcome::Done { .. }), "a user may be changed under the name");
    for (key, name) in [(7, "aLICE"), (3, "alice"), (2, "alice")] {
        let written = block_on(store.apply(called(key, name))).unwrap();
        assert!(matches!(written, Outcome::Lost(Lost::Exists)), "{key} {name}");
    }
    block_on(store.apply(called(2, "bob"))).unwrap();
    block_on(store.close()).unwrap();
    let store = open(&path).unwrap();
    assert_eq!((found(&store, "alice"), block_on(store.clashing_users()).unwrap().len()), (Some(1), 0));
}
