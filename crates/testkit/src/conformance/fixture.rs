//! What the suite needs of a store's tests.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt, ready};
use jeton_core::Store;

/// A store that one test has to itself, and the means to open it again. Dropping it removes what it left.
pub trait Fixture: Send + Sync {
    /// The store as it is open now.
    fn store(&self) -> Arc<dyn Store>;

    /// Closes the store (if it is not closed already) and opens the same database again.
    fn reopen(&mut self) -> BoxFuture<'_, ()>;

    /// Lets go of the store without closing it, as a crash would, and opens what is on disk. A fixture that cannot do
    /// that closes it tidily.
    fn crash(&mut self) -> BoxFuture<'_, ()> {
        self.reopen()
    }

    /// Another process's view: a second, independent handle to the same database. None if only one process can open it;
    /// the cases about several nodes then check nothing.
    fn another(&self) -> BoxFuture<'_, Option<Arc<dyn Store>>> {
        ready(None).boxed()
    }
}
