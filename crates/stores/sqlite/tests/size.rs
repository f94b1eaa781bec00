//! What a token costs on the disk, and that what has ended makes room.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

use std::path::Path;

use futures::executor::block_on;
use futures::future::try_join_all;
use jeton_model::ids::{ClientKey, TokenId};
use jeton_model::records::{Reason, SingleUse, Token};
use jeton_model::store::{Command, Page, TokenFilter, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_sqlite::{Options, SqliteStore};
use jeton_testkit::sample;

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("jeton.db"), Options::default()).unwrap()
}

fn bytes(folder: &Path) -> u64 {
    std::fs::metadata(folder.join("jeton.db")).unwrap().len()
}

fn write_all(store: &SqliteStore, commands: impl Iterator<Item = Command>) {
    block_on(try_join_all(commands.map(|command| store.apply(command)))).unwrap();
}

fn issue(id: u64, expires: i64) -> Command {
    let client = Some(ClientKey::new(10 + id % 1000));
    let token = Token { client, expires: Some(sample::at(expires)), ..sample::token(id) };
    Command::of(vec![Write::Token { token: token.into(), alias: None }])
}

#[test]
fn a_live_token_costs_less_than_250_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let empty = bytes(folder.path());
    let count = 50_000;
    for heap in 0..10 {
        write_all(&store, (1..=count / 10).map(|n| issue(heap * count / 10 + n, 3_600)));
        let all = TokenFilter { client: Some(ClientKey::new(11)), ..TokenFilter::default() };
        block_on(store.tokens(&all, Page::first(0))).unwrap();
    }
    block_on(store.close()).unwrap();
    let each = (bytes(folder.path()) - empty) / count;
    println!("{each} bytes a token, lists included");
    assert!(each < 250, "{each}");
}

/// Issue, revoke, sweep, for many lifetimes: the file is as large as what lives.
#[test]
fn the_file_stays_flat_under_churn() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (each, mut next, mut sizes) = (2_000_u64, 1_u64, Vec::new());
    for round in 0..30_i64 {
        let ids = next..next + each;
        next += each;
        write_all(&store, ids.clone().map(|id| issue(id, round * 10 + 30)));
        let single_use =
            |n| SingleUse { expires: sample::at(round * 10 + 20), payload: vec![1; 200], ..sample::single_use(n) };
        write_all(&store, ids.clone().map(|n| Command::of(vec![Write::SingleUse(Box::new(single_use(n)))])));
        let revoke = |id| Write::RevokeToken { id: TokenId::new(id), at: sample::at(round * 10), why: Reason::User };
        write_all(&store, ids.step_by(2).map(|id| Command::of(vec![revoke(id)])));
        block_on(store.sweep(sample::at(round * 10), 100_000)).unwrap();
        let live = block_on(store.tokens(&TokenFilter::default(), Page::first(0))).unwrap().total;
        assert!(live <= 5 * each, "{live}");
        // Closing copies the log, so that the file's length is the size.
        if round % 10 == 9 {
            sizes.push(pages(folder.path()));
        }
    }
    println!("pages after 10, 20, 30 rounds: {sizes:?}");
    let [first, .., last] = sizes.as_slice() else { panic!("no sizes") };
    assert!(*last <= first + first / 10, "{sizes:?}");
}

/// Pages of the database, the log included.
fn pages(folder: &Path) -> i64 {
    let connection = rusqlite::Connection::open(folder.join("jeton.db")).unwrap();
    connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap()
}

/// Removal leaves nothing of a token: not in the lists, not in the indices, whatever else is in progress.
#[test]
fn a_sweep_between_writes_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(open(folder.path()));
    let sweeping = {
        let store = std::sync::Arc::clone(&store);
        std::thread::spawn(move || (0..200).map(|_| block_on(store.sweep(sample::at(50), 300)).unwrap()).sum::<u64>())
    };
    for chunk in 0..40_u64 {
        // Expired when written.
        write_all(&store, (1..=500).map(|n| issue(chunk * 500 + n, 10)));
        let single_use = |n| SingleUse { expires: sample::at(10), ..sample::single_use(n) };
        write_all(
            &store,
            (1..=500).map(|n| Command::of(vec![Write::SingleUse(Box::new(single_use(chunk * 500 + n)))])),
        );
    }
    let mut swept = sweeping.join().unwrap();
    while swept < 40_000 {
        let more = block_on(store.sweep(sample::at(50), 10_000)).unwrap();
        assert!(more > 0, "{swept} swept, the rest is not found");
        swept += more;
    }
    block_on(store.close()).unwrap();
    let connection = rusqlite::Connection::open(folder.path().join("jeton.db")).unwrap();
    for table in ["token", "token_list", "live_list", "live_stretch", "ended", "zone", "once", "once_key"] {
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}
