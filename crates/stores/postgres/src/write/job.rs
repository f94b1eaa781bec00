//! A command with a waiting caller, and its state.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use jeton_model::store::{Command, Outcome, StoreError};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use crate::failure::unknown;
use crate::fault::Fault;
use crate::pulse::Pulse;

/// A command with a waiting caller.
pub(crate) struct Job {
    /// What to do.
    pub(crate) command: Command,
    /// The caller, who may be gone: the command was accepted and is executed all the same.
    pub(crate) answer: oneshot::Sender<Result<Outcome, StoreError>>,
    /// Who has it.
    pub(crate) claim: Claim,
    /// Since when the caller waits.
    pub(crate) asked: Instant,
    /// Until when the caller waits.
    pub(crate) due: Instant,
}

/// A command belongs to the side that claims it first: the writer that starts it, or the caller whose time is up. So
/// nothing is started for a caller that no longer waits; and for a started one, caller and writer agree whether the
/// outcome was reported in time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claim(Arc<AtomicU8>);

const WAITS: u8 = 0;
const BEGUN: u8 = 1;
/// Its outcome is known, and on its way to the caller.
const DONE: u8 = 2;
/// The caller no longer waits.
const GIVEN_UP: u8 = 3;

/// The result of giving up.
#[derive(Debug, PartialEq, Eq)]
enum GivenUp {
    NotBegun,
    Begun,
    /// Nothing: the answer arrives at once.
    Done,
}

impl Claim {
    /// The writer begins, or begins again; false when the caller has given up.
    pub(super) fn begin(&self) -> bool {
        self.turn(WAITS, BEGUN).map_or_else(|state| state == BEGUN, |()| true)
    }

    /// The writer knows the outcome and reports it next; false when the caller has given up and was told that it is
    /// unknown.
    pub(super) fn done(&self) -> bool {
        self.turn(BEGUN, DONE).is_ok()
    }

    /// The caller's time is up.
    fn give_up(&self) -> GivenUp {
        if self.turn(WAITS, GIVEN_UP).is_ok() {
            GivenUp::NotBegun
        } else if self.turn(BEGUN, GIVEN_UP).is_ok() {
            GivenUp::Begun
        } else {
            GivenUp::Done
        }
    }

    fn turn(&self, from: u8, to: u8) -> Result<(), u8> {
        self.0.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst).map(|_| ())
    }
}

/// Waits for the outcome of a command until it is due.
pub(crate) async fn outcome(
    mut answer: oneshot::Receiver<Result<Outcome, StoreError>>,
    claim: Claim,
    (asked, due): (Instant, Instant),
    pulse: Arc<Pulse>,
) -> Result<Outcome, StoreError> {
    let fault = Fault::Silent(due - asked);
    let outcome = match timeout_at(due, &mut answer).await {
        Ok(outcome) => outcome,
        Err(_) => match claim.give_up() {
            GivenUp::Done => answer.await,
            GivenUp::NotBegun => {
                pulse.missed(asked);
                return Err(StoreError::failed(fault));
            }
            GivenUp::Begun => {
                pulse.missed(asked);
                return Err(unknown(&fault));
            }
        },
    };
    outcome.unwrap_or_else(|_| Err(StoreError::message("the writer ended before it answered")))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A caller whose time is up when it first looks.
    fn late(
        claim: &Claim,
    ) -> (oneshot::Sender<Result<Outcome, StoreError>>, impl Future<Output = Result<Outcome, StoreError>>) {
        let (send, answer) = oneshot::channel();
        let now = Instant::now();
        (send, outcome(answer, claim.clone(), (now, now), Arc::new(Pulse::new(Duration::from_secs(1)))))
    }

    #[tokio::test]
    async fn what_was_given_up_before_its_turn_is_not_begun() {
        let claim = Claim::default();
        let (_send, waits) = late(&claim);
        let error = waits.await.unwrap_err().to_string();
        assert!(!error.contains("unknown"), "{error}");
        assert!(!claim.begin());
    }

    #[tokio::test]
    async fn the_writer_learns_that_its_caller_was_told_the_outcome_is_unknown() {
        let claim = Claim::default();
        let (_send, waits) = late(&claim);
        assert!(claim.begin() && claim.begin(), "a batch may be done again in halves");
        let error = waits.await.unwrap_err().to_string();
        assert!(error.contains("unknown"), "{error}");
        assert!(!claim.begin() && !claim.done());
    }

    #[tokio::test]
    async fn an_outcome_that_is_known_when_the_time_is_up_is_told() {
        let claim = Claim::default();
        let (send, waits) = late(&claim);
        assert!(claim.begin() && claim.done());
        let tell = async { send.send(Ok(Outcome::Done { changed: 3 })).unwrap() };
        let (outcome, ()) = tokio::join!(waits, tell);
        assert_eq!(outcome.unwrap(), Outcome::Done { changed: 3 });
    }

    #[tokio::test]
    async fn a_caller_who_is_gone_was_told_nothing_wrong() {
        let claim = Claim::default();
        let (_send, waits) = late(&claim);
        assert!(claim.begin());
        drop(waits);
        assert!(claim.done());
    }
}
