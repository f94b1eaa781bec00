//! A worker of the store that panics is not lost in silence.

use std::sync::{Arc, Mutex};

use jeton_model::store::{Command, Write};
use jeton_model::{Clock, Store, Timestamp, WorkerLoss};
use jeton_store_postgres::{Options, PostgresStore};
use jeton_testkit::sample;

use crate::support::PostgresServer;

/// Asked by the writers alone.
struct Broken;

impl Clock for Broken {
    fn now(&self) -> Timestamp {
        panic!("the clock is broken")
    }
}

#[tokio::test]
async fn a_writer_that_panics_is_reported_and_leaves_nobody_waiting() {
    let lost = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lost);
    let mut options = Options::default();
    options.clock = Arc::new(Broken);
    options.worker_loss = WorkerLoss::new(move |name| seen.lock().unwrap().push(name.to_owned()));
    let store = PostgresStore::connect(&PostgresServer::shared().database(), options).await.expect("opens");
    let entry = Command::of(vec![Write::SingleUse(Box::new(sample::single_use(1)))]);
    assert!(store.apply(entry).await.is_err());
    assert_eq!(*lost.lock().unwrap(), ["writer"]);
}
