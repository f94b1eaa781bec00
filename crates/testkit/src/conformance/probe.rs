//! A store, with short functions for the cases.

use std::fmt::Debug;
use std::ops::Deref;
use std::sync::Arc;

use jeton_core::Store;
use jeton_core::store::{Command, Lost, Outcome, Page, Precondition, TokenFilter, Write};

use super::Fixture;

/// All there is.
pub(super) const ALL: Page = Page::first(100_000);

/// A store under test.
#[derive(Clone)]
pub(super) struct Probe(Arc<dyn Store>);

impl Probe {
    pub(super) fn of(fixture: &dyn Fixture) -> Self {
        Self(fixture.store())
    }

    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self(store)
    }

    /// What becomes of a command.
    pub(super) async fn outcome(&self, when: Option<Precondition>, writes: Vec<Write>) -> Outcome {
        self.apply(Command { when, writes }).await.expect("an outcome")
    }

    /// Writes that must be done; how many rows they changed.
    pub(super) async fn done(&self, writes: impl Into<Vec<Write>>) -> u64 {
        changed(&self.outcome(None, writes.into()).await)
    }

    /// Writes that must happen because the precondition holds.
    pub(super) async fn done_if(&self, when: Precondition, writes: impl Into<Vec<Write>>) -> u64 {
        changed(&self.outcome(Some(when), writes.into()).await)
    }

    /// Writes that must not be done.
    pub(super) async fn lost(&self, writes: impl Into<Vec<Write>>) -> Lost {
        lost(self.outcome(None, writes.into()).await)
    }

    /// Writes that must not be done, for this does not hold.
    pub(super) async fn lost_if(&self, when: Precondition, writes: impl Into<Vec<Write>>) -> Lost {
        lost(self.outcome(Some(when), writes.into()).await)
    }

    /// The ids of all tokens that a filter finds; the total must agree, also when only counting.
    pub(super) async fn ids(&self, filter: &TokenFilter) -> Vec<u64> {
        let listing = self.tokens(filter, ALL).await.unwrap();
        let counted = self.tokens(filter, Page::first(0)).await.unwrap();
        assert_eq!(listing.total, listing.items.len() as u64, "total of {filter:?}");
        assert_eq!((counted.total, counted.items.len()), (listing.total, 0), "count of {filter:?}");
        let walked = self.tokens_after(filter, 0, u32::MAX).await.unwrap();
        assert_eq!(walked, listing.items, "going through {filter:?}");
        listing.items.iter().map(|token| token.id.get()).collect()
    }
}

impl Deref for Probe {
    type Target = dyn Store;
    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

fn changed(outcome: &Outcome) -> u64 {
    match outcome {
        Outcome::Done { changed } => *changed,
        Outcome::Lost(lost) => panic!("lost: {lost:?}"),
    }
}

fn lost(outcome: Outcome) -> Lost {
    match outcome {
        Outcome::Lost(lost) => lost,
        Outcome::Done { .. } => panic!("done, and should not be"),
    }
}

/// Compares what is read with what was written, and shows the first only where they differ at length.
#[track_caller]
pub(super) fn same<T: PartialEq + Debug>(read: Option<T>, written: &T) {
    assert_eq!(read.as_ref(), Some(written));
}
