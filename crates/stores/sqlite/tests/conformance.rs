//! The conformance suite of stores.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use jeton_model::Store;
use jeton_store_sqlite::{Options, SqliteStore};
use jeton_testkit::conformance::Fixture;
use tempfile::TempDir;

/// A store in its own folder.
struct Fresh {
    folder: TempDir,
    store: Arc<dyn Store>,
}

impl Fresh {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        Self { folder, store }
    }
}

fn open(folder: &TempDir) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&folder.path().join("jeton.db"), Options::default()).unwrap())
}

impl Fixture for Fresh {
    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    fn reopen(&mut self) -> BoxFuture<'_, ()> {
        async {
            self.store.close().await.unwrap();
            self.store = open(&self.folder);
        }
        .boxed()
    }

    /// The state that a killed process leaves: the files as they are, without the shared memory, which is recreated.
    fn crash(&mut self) -> BoxFuture<'_, ()> {
        async {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (self.folder.path().join("jeton.db"), folder.path().join("jeton.db"));
            let log = |file: &Path| file.with_extension("db-wal");
            loop {
                let before = std::fs::read(log(&from)).unwrap();
                std::fs::copy(&from, &to).unwrap();
                std::fs::write(log(&to), &before).unwrap();
                // Lists are filled behind and checkpoints happen: only files of one moment are what a crash leaves.
                if std::fs::read(log(&from)).unwrap() == before {
                    break;
                }
            }
            self.store.close().await.unwrap();
            self.folder = folder;
            self.store = open(&self.folder);
        }
        .boxed()
    }
}

fn fresh() -> BoxFuture<'static, Box<dyn Fixture>> {
    async { Box::new(Fresh::new()) as Box<dyn Fixture> }.boxed()
}

jeton_testkit::conformance_suite!(fresh);

#[test]
fn random_commands_do_what_they_do_to_the_model() {
    jeton_testkit::conformance::property(fresh, 64);
}

#[test]
fn a_filter_means_the_same_in_lists_previews_and_suspensions() {
    jeton_testkit::conformance::meaning(fresh, 48);
}
