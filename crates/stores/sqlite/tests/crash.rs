//! After a crash everything is there: the files as they are after an answer, opened by another process.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use futures::executor::block_on;
use futures::future::try_join_all;
use jeton_model::ids::{ClientKey, GrantId, TokenId, UserKey};
use jeton_model::records::{Reason, SingleUse, Subject, Token, TokenState};
use jeton_model::store::{Command, Lost, Outcome, Page, Precondition, TokenFilter, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_sqlite::{Options, SqliteStore};
use jeton_testkit::sample;
use tempfile::TempDir;

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("jeton.db"), Options::default()).unwrap()
}

/// The files as a crash would leave them now: the log's index is in memory and is lost with the process.
fn crashed(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["jeton.db", "jeton.db-wal"] {
        if folder.join(name).exists() {
            fs::copy(folder.join(name), copy.path().join(name)).unwrap();
        }
    }
    copy
}

fn written(token: Token) -> Write {
    Write::Token { token: token.into(), alias: None }
}

fn done(store: &SqliteStore, command: Command) {
    let outcome = block_on(store.apply(command)).unwrap();
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
}

fn of_client(client: u64) -> TokenFilter {
    TokenFilter { client: Some(ClientKey::new(client)), ..TokenFilter::default() }
}

fn ids(store: &SqliteStore, filter: &TokenFilter) -> Vec<u64> {
    let listing = block_on(store.tokens(filter, Page::first(100_000))).unwrap();
    assert_eq!(listing.total, listing.items.len() as u64);
    listing.items.iter().map(|t| t.id.get()).collect()
}

#[test]
fn what_was_answered_is_there_and_what_ended_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = block_on(store.reserve_ids(100)).unwrap();
    done(&store, Command::of((1..=4).map(|n| written(sample::token(n))).collect()));
    done(&store, Command::of((1..=3).map(|n| Write::SingleUse(Box::new(sample::single_use(n)))).collect()));
    done(&store, Command::of(vec![Write::RevokeToken { id: TokenId::new(2), at: sample::at(1), why: Reason::User }]));
    let when = |n| Precondition::Consume {
        kind: sample::single_use(n).kind,
        key: sample::single_use_key(n),
        now: sample::at(1),
    };
    done(&store, Command { when: Some(when(2)), writes: vec![] });
    let rotate = Precondition::Rotate { token: TokenId::new(3), to: TokenId::new(4), at: sample::at(1) };
    done(&store, Command { when: Some(rotate), writes: vec![] });

    let copy = crashed(folder.path());
    let after = open(copy.path());
    assert_eq!(ids(&after, &of_client(10)), [1, 2, 3, 4]);
    let state = |n| block_on(after.token(TokenId::new(n))).unwrap().unwrap().state;
    assert_eq!(state(2), TokenState::Revoked { at: sample::at(1), why: Reason::User });
    assert_eq!(state(3), TokenState::Rotated { at: sample::at(1), to: TokenId::new(4) });
    let consume = |n| block_on(after.apply(Command { when: Some(when(n)), writes: vec![] })).unwrap();
    assert!(matches!(consume(2), Outcome::Lost(Lost::Used(_))));
    assert!(matches!(consume(1), Outcome::Done { .. }));
    assert!(matches!(consume(1), Outcome::Lost(Lost::Used(_))));
    assert!(block_on(after.single_use(sample::single_use(3).kind, sample::single_use_key(3))).unwrap().is_some());
    assert!(block_on(after.reserve_ids(1)).unwrap() >= first + 100);
}

#[test]
fn lists_are_made_again_from_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let token = |n: u64| Token {
        client: Some(ClientKey::new(10 + n % 3)),
        subject: Some(Subject::User(UserKey::new(n % 7))),
        grant: Some(GrantId::new(n % 11)),
        parent: Some(TokenId::new(n % 13)),
        ..sample::token(n)
    };
    // Several batches, in chunks that are out of order, as blocks of ids are.
    for chunk in [3_000..4_000, 1..1_000, 2_000..3_000, 1_000..2_000_u64] {
        let commands = chunk.map(|n| store.apply(Command::of(vec![written(token(n))])));
        block_on(try_join_all(commands)).unwrap();
        assert!(!ids(&store, &of_client(11)).is_empty());
    }
    // And a tail that no list has seen.
    let commands = (4_000..5_000).map(|n| store.apply(Command::of(vec![written(token(n))])));
    block_on(try_join_all(commands)).unwrap();
    let copy = crashed(folder.path());

    let after = open(copy.path());
    let expected = |of: fn(u64) -> bool| (1..5_000).filter(|n| of(*n)).collect::<Vec<u64>>();
    assert_eq!(ids(&after, &of_client(11)), expected(|n| n % 3 == 1));
    let subject = Some(Subject::User(UserKey::new(3)));
    assert_eq!(ids(&after, &TokenFilter { subject, ..TokenFilter::default() }), expected(|n| n % 7 == 3));
    let grant = Some(GrantId::new(5));
    assert_eq!(ids(&after, &TokenFilter { grant, ..TokenFilter::default() }), expected(|n| n % 11 == 5));
    let parent = Some(TokenId::new(6));
    assert_eq!(ids(&after, &TokenFilter { parent, ..TokenFilter::default() }), expected(|n| n % 13 == 6));
    // The blocks too: what expired is found.
    assert_eq!(block_on(after.sweep(sample::at(4_000), 100_000)).unwrap(), 4_999);
    assert_eq!(ids(&after, &TokenFilter::default()), Vec::<u64>::new());
    assert_eq!(ids(&after, &of_client(11)), Vec::<u64>::new());
}

#[test]
fn dropping_without_closing_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5_u64 {
        let store = open(folder.path());
        assert_eq!(ids(&store, &of_client(10)).len() as u64, round * 500);
        let commands = (1..=500).map(|n| store.apply(Command::of(vec![written(sample::token(round * 500 + n))])));
        block_on(try_join_all(commands)).unwrap();
    }
}

/// Places of single-use entries are not used again, though the last ones were swept before the crash.
#[test]
fn an_entry_written_after_a_sweep_and_a_crash_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let old =
        (1..=50).map(|n| Write::SingleUse(Box::new(SingleUse { expires: sample::at(1), ..sample::single_use(n) })));
    done(&store, Command::of(old.collect()));
    assert_eq!(block_on(store.sweep(sample::at(2), 100)).unwrap(), 50);
    let first = crashed(folder.path());
    let store = open(first.path());
    done(&store, Command::of((51..=60).map(|n| Write::SingleUse(Box::new(sample::single_use(n)))).collect()));
    let second = crashed(first.path());
    let store = open(second.path());
    for n in 51..=60 {
        let found = block_on(store.single_use(sample::single_use(n).kind, sample::single_use_key(n))).unwrap();
        assert_eq!(found, Some(sample::single_use(n)));
    }
}

/// The files are copied while everything runs, again and again: what was answered before is in each copy.
#[test]
fn a_crash_under_load_loses_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    // No checkpoint: copying the file and then the log is not like a crash if pages move between them.
    let options = Options { log_mib: 4096, ..Options::default() };
    let store = std::sync::Arc::new(SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap());
    let answered = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let writer = {
        let (store, answered) = (std::sync::Arc::clone(&store), std::sync::Arc::clone(&answered));
        std::thread::spawn(move || {
            for n in 1..=3_000_u64 {
                done(
                    &store,
                    Command::of(vec![written(sample::token(n)), Write::SingleUse(Box::new(sample::single_use(n)))]),
                );
                answered.store(n, std::sync::atomic::Ordering::SeqCst);
            }
        })
    };
    while !writer.is_finished() {
        let before = answered.load(std::sync::atomic::Ordering::SeqCst);
        let copy = crashed(folder.path());
        let after = open(copy.path());
        let listed = ids(&after, &of_client(10));
        let all = ids(&after, &TokenFilter::default());
        assert!(
            listed.len() as u64 >= before,
            "{before} answered, {} listed, {} there, last {:?}",
            listed.len(),
            all.len(),
            all.last()
        );
        assert_eq!(listed, (1..=listed.len() as u64).collect::<Vec<_>>());
        let last = before.max(1);
        let single_use =
            block_on(after.single_use(sample::single_use(last).kind, sample::single_use_key(last))).unwrap();
        assert!(before == 0 || single_use.is_some());
        std::thread::sleep(Duration::from_millis(20));
    }
    writer.join().unwrap();
}
