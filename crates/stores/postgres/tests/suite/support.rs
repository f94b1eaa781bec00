//! What the tests of this crate share.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use jeton_model::Store;
use jeton_model::store::{Command, Outcome, Precondition, Write};
use jeton_store_postgres::{Options, PostgresStore};
use jeton_testkit::conformance::Fixture;

pub(crate) use jeton_testkit::postgres::PostgresServer;

/// The revocation bound of the tests' stores.
pub(crate) const BOUND: Duration = Duration::from_millis(300);

/// A store on a database.
pub(crate) async fn open(url: &str) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::connect(url, Options::with_revocation_bound(BOUND)).await.expect("opens"))
}

/// So many stores on one new database, and its URL.
pub(crate) async fn nodes<const N: usize>() -> (String, [Arc<PostgresStore>; N]) {
    let url = PostgresServer::shared().database();
    let mut stores = Vec::new();
    for _ in 0..N {
        stores.push(open(&url).await);
    }
    (url, stores.try_into().ok().expect("as many as opened"))
}

/// The name of the database in a URL.
pub(crate) fn name(url: &str) -> &str {
    url.rsplit('/').next().expect("a name")
}

/// What becomes of a command.
pub(crate) async fn apply(store: &PostgresStore, when: Option<Precondition>, writes: Vec<Write>) -> Outcome {
    store.apply(Command { when, writes }).await.expect("an outcome")
}

/// A database for the conformance suite.
pub(crate) struct Database {
    url: String,
    store: Arc<PostgresStore>,
}

impl Database {
    /// A store on the empty database of this URL.
    pub(crate) async fn at(url: &str) -> Self {
        Self { url: url.to_owned(), store: open(url).await }
    }
}

impl Fixture for Database {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    fn reopen(&mut self) -> BoxFuture<'_, ()> {
        async {
            self.store.close().await.expect("closes");
            self.store = open(&self.url).await;
        }
        .boxed()
    }

    /// Of the node: what the server does when it crashes is another test's.
    fn crash(&mut self) -> BoxFuture<'_, ()> {
        async { self.store = open(&self.url).await }.boxed()
    }

    fn another(&self) -> BoxFuture<'_, Option<Arc<dyn Store>>> {
        async { Some(open(&self.url).await as Arc<dyn Store>) }.boxed()
    }
}

/// A fresh one.
pub(crate) fn fresh() -> BoxFuture<'static, Box<dyn Fixture>> {
    async { Box::new(Database::at(&PostgresServer::shared().database()).await) as Box<dyn Fixture> }.boxed()
}
