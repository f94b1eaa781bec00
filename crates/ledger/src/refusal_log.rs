//! The latest refusals, so that an operator can ask for the reason with `jeton explain rf_…`; and which of them are written to
//! the log.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::formats::reference::push_base62;
use jeton_model::clock::Timestamp;
use jeton_model::refusal::{Class, Kind, Refusal};
use jeton_model::refusals::{BUSY, STORE_UNAVAILABLE};

/// How many refusals are kept.
const KEPT: usize = 4096;

/// Refusals that only say "try again" are logged at most once in this time for each id, however many there are.
const LOGGED_EVERY: Duration = Duration::from_secs(10);

/// A refusal that was sent. Never contains a presented credential.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// `rf_…`, also in the answer's `Jeton-Refusal` header.
    pub reference: String,
    /// The time, in milliseconds since 1970.
    pub at: Timestamp,
    /// The refusal's stable id.
    pub id: &'static str,
    /// Its text.
    pub message: String,
    /// The cause of a fault, or how long a caller has to wait; for the operator only.
    pub cause: Option<String>,
    /// The endpoint.
    pub endpoint: &'static str,
    /// The client id in the request, if any; not verified.
    pub client: Option<String>,
}

/// A ring of the latest refusals, with a count per id since the start.
pub struct RefusalLog {
    ring: Mutex<VecDeque<Recorded>>,
    next: AtomicU64,
    counts: Vec<(&'static str, AtomicU64)>,
    /// By id: when a line was last written, and how many refusals were not written since.
    paced: Mutex<HashMap<&'static str, (Timestamp, u64)>>,
}

impl RefusalLog {
    /// A log that counts refusals of these kinds.
    #[must_use]
    pub fn new(kinds: &[&'static Kind]) -> Self {
        Self {
            ring: Mutex::default(),
            next: AtomicU64::new(1),
            counts: kinds.iter().map(|kind| (kind.id, AtomicU64::new(0))).collect(),
            paced: Mutex::default(),
        }
    }

    /// Records a refusal, writes it to the log if its class demands that, and returns its reference.
    pub fn record(&self, at: Timestamp, refusal: &Refusal, endpoint: &'static str, client: Option<&str>) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut reference = String::from("rf_");
        push_base62(&mut reference, u64::try_from(at.millis()).unwrap_or(0), 8);
        push_base62(&mut reference, number, 5);
        if let Some((_, count)) = self.counts.iter().find(|(id, _)| *id == refusal.id()) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let recorded = Recorded {
            reference: reference.clone(),
            at,
            id: refusal.id(),
            message: refusal.message().chars().take(300).collect(),
            cause: refusal.cause(),
            endpoint,
            client: client.map(|c| c.chars().take(100).collect()),
        };
        if let Ok(mut ring) = self.ring.lock() {
            if ring.len() == KEPT {
                ring.pop_front();
            }
            ring.push_back(recorded);
        }
        self.log(at, refusal, endpoint, &reference);
        reference
    }

    /// A failure of the server is logged as an error, each with its reference. While the store cannot be reached every request
    /// fails in the same way, and a full queue is not a failure: those lines are limited in number. Errors of the caller are
    /// logged at debug level only.
    fn log(&self, at: Timestamp, refusal: &Refusal, endpoint: &'static str, reference: &str) {
        let (id, cause) = (refusal.id(), refusal.cause());
        let cause = cause.as_deref();
        if refusal.is(&BUSY) {
            if let Some(unsaid) = self.paced(at, id) {
                tracing::warn!(reference, endpoint, unsaid, "too many requests wait: some are answered to try again");
            }
        } else if refusal.is(&STORE_UNAVAILABLE) {
            if let Some(unsaid) = self.paced(at, id) {
                tracing::error!(
                    reference,
                    endpoint,
                    unsaid,
                    error = cause,
                    "request failed: the store does not answer"
                );
            }
        } else if refusal.class() == Class::Fault {
            tracing::error!(reference, endpoint, refusal = id, error = cause, "request failed");
        } else {
            tracing::debug!(reference, endpoint, refusal = id, "request refused");
        }
    }

    /// Whether a line may be written now; if so, how many were left out since the last one.
    fn paced(&self, at: Timestamp, id: &'static str) -> Option<u64> {
        let mut paced = self.paced.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last, unsaid)) = paced.get_mut(id)
            && (*last..*last + LOGGED_EVERY).contains(&at)
        {
            *unsaid += 1;
            return None;
        }
        Some(paced.insert(id, (at, 0)).map_or(0, |(_, unsaid)| unsaid))
    }

    /// The refusal recorded under a reference.
    #[must_use]
    pub fn find(&self, reference: &str) -> Option<Recorded> {
        self.ring.lock().ok()?.iter().rev().find(|r| r.reference == reference).cloned()
    }

    /// How many refusals of each id there were since the start.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.counts.iter().map(|(id, count)| (*id, count.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt::MakeWriter;

    use super::*;
    use crate::refusals::{GRANT_ENDED, plan_exceeded};
    use jeton_model::refusals::FAULT;

    jeton_model::refusals! {
        /// The request was throttled.
        SLOWED {
            id: "slowed", class: Throttled,
            text: "too many came",
            advice: "Wait.",
        }
    }

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// Records refusals, each at its second; returns the level and the count of each line written.
    fn written(refusals: Vec<(i64, Refusal)>) -> Vec<(String, String)> {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).without_time().with_writer(lines.clone()).finish();
        let log = RefusalLog::new(&[]);
        tracing::subscriber::with_default(subscriber, || {
            for (second, refusal) in refusals {
                log.record(Timestamp::from_millis(second * 1000), &refusal, "/token", None);
            }
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let of = |line: &str| {
            let unsaid = line.split_once("unsaid=").map_or("", |(_, rest)| rest.split(' ').next().unwrap());
            (line.split_whitespace().next().unwrap().to_owned(), unsaid.to_owned())
        };
        text.lines().map(of).collect()
    }

    #[test]
    fn a_request_to_try_again_is_a_paced_warning_and_no_error() {
        let line = |level: &str, unsaid: &str| (level.to_owned(), unsaid.to_owned());
        let busy = [0, 1, 9, 10, 11, 25].map(|second| (second, BUSY)).into();
        assert_eq!(written(busy), [line("WARN", "0"), line("WARN", "2"), line("WARN", "1")]);
        let slowed = vec![(0, SLOWED.wait(9)), (0, GRANT_ENDED)];
        assert_eq!(written(slowed), [], "the caller's affair");
    }

    #[test]
    fn a_store_that_is_away_is_an_error_once_in_a_while_and_a_fault_each_time() {
        let line = |level: &str, unsaid: &str| (level.to_owned(), unsaid.to_owned());
        let away = || STORE_UNAVAILABLE.because("gone");
        let refusals = vec![(0, away()), (0, BUSY), (1, away()), (2, away()), (11, away())];
        assert_eq!(written(refusals), [line("ERROR", "0"), line("WARN", "0"), line("ERROR", "2")]);
        let faults = vec![(0, FAULT.because("a")), (0, plan_exceeded("scope"))];
        assert_eq!(written(faults), [line("ERROR", ""), line("ERROR", "")]);
    }
}
