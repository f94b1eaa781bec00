//! A worker of the store that panics is not lost in silence.

#![expect(clippy::panic, reason = "what the test is about")]

use std::sync::{Arc, Mutex};

use futures::executor::block_on;
use jeton_model::store::{Command, Write};
use jeton_model::{Clock, Store, Timestamp, WorkerLoss};
use jeton_store_sqlite::{Options, SqliteStore};
use jeton_testkit::sample;

/// Asked by the writer alone, for a single-use entry.
struct Broken;

impl Clock for Broken {
    fn now(&self) -> Timestamp {
        panic!("the clock is broken")
    }
}

#[test]
fn a_writer_that_panics_is_reported_and_leaves_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let lost = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lost);
    let worker_loss = WorkerLoss::new(move |name| seen.lock().unwrap().push(name.to_owned()));
    let options = Options { clock: Arc::new(Broken), worker_loss, ..Options::default() };
    let store = SqliteStore::open(&folder.path().join("jeton.db"), options).unwrap();
    let entry = Command::of(vec![Write::SingleUse(Box::new(sample::single_use(1)))]);
    assert!(block_on(store.apply(entry)).is_err());
    // Its threads have ended then.
    drop(store);
    assert_eq!(*lost.lock().unwrap(), ["jeton-writer"]);
}
