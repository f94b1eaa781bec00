//! The latest refusals, so that an operator can ask why: `jeton explain rf_…`.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use crate::clock::Timestamp;
use crate::formats::reference::push_base62;
use crate::refusal::Refusal;

/// How many are kept.
const KEPT: usize = 4096;

/// A refusal that was sent. Never holds what was presented.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// `rf_…`, also in the answer's `Jeton-Refusal` header.
    pub reference: String,
    /// When, milliseconds since 1970.
    pub at: Timestamp,
    /// The refusal's stable id.
    pub id: &'static str,
    /// Its text.
    pub message: String,
    /// What was behind a fault, or for how long somebody was slowed down; for the operator only.
    pub cause: Option<String>,
    /// Where.
    pub endpoint: &'static str,
    /// The client it claimed to be, if any.
    pub client: Option<String>,
}

/// A ring of the latest refusals, with a count per id since the start.
pub struct RefusalLog {
    ring: Mutex<VecDeque<Recorded>>,
    next: AtomicU64,
    counts: Vec<AtomicU64>,
}

impl Default for RefusalLog {
    fn default() -> Self {
        Self {
            ring: Mutex::default(),
            next: AtomicU64::new(1),
            counts: Refusal::IDS.iter().map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl RefusalLog {
    /// Notes a refusal; returns its reference.
    pub fn record(&self, at: Timestamp, refusal: &Refusal, endpoint: &'static str, client: Option<&str>) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut reference = String::from("rf_");
        push_base62(&mut reference, u64::try_from(at.millis()).unwrap_or(0), 8);
        push_base62(&mut reference, number, 5);
        if let Some(count) =
            Refusal::IDS.iter().position(|(id, _)| *id == refusal.id()).and_then(|i| self.counts.get(i))
        {
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
        reference
    }

    /// What is recorded under a reference.
    #[must_use]
    pub fn find(&self, reference: &str) -> Option<Recorded> {
        self.ring.lock().ok()?.iter().rev().find(|r| r.reference == reference).cloned()
    }

    /// How many of each id since the start.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Refusal::IDS.iter().zip(&self.counts).map(|((id, _), n)| (*id, n.load(Ordering::Relaxed)))
    }
}
