//! A simple store: maps under one lock.
//!
//! The property test compares other stores with it, and tests that need no real database use it. It is not fast: a
//! command works on a copy of everything.

mod apply;
mod filter;
mod port;
mod state;
mod sweep;
mod unique;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use futures::future::{BoxFuture, FutureExt, ready};
use jeton_core::store::StoreError;

pub use state::State;

/// The ledger in memory.
#[derive(Debug, Default)]
pub struct ModelStore {
    state: Arc<Mutex<State>>,
    closed: AtomicBool,
}

impl ModelStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that holds this.
    #[must_use]
    pub fn of(state: State) -> Arc<Self> {
        Arc::new(Self { state: Arc::new(Mutex::new(state)), closed: AtomicBool::new(false) })
    }

    /// Another handle to the same ledger, open even when this one is closed.
    #[must_use]
    pub fn reopened(&self) -> Self {
        Self { state: Arc::clone(&self.state), closed: AtomicBool::new(false) }
    }

    /// What it holds now, without the last number that it gave out: a refused request may have taken some.
    #[must_use]
    pub fn held(&self) -> State {
        State { last_id: 0, ..self.lock().clone() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A command works on a copy, so even a panic inside one leaves a whole state behind.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Answers from the state, now; a closed store answers nothing.
    fn answer<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut State) -> T,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        if self.closed.load(Ordering::SeqCst) {
            return ready(Err(StoreError::Busy)).boxed();
        }
        ready(Ok(ask(&mut self.lock()))).boxed()
    }
}
