//! The queues of notices: one per client, so that a client that does not answer delays no other.
//!
//! A pass goes through all notices, a page at a time. It takes some due notices of each client and sends them concurrently
//! with those of other clients. After a failure the client is paused, longer each time; then one notice tests whether it
//! answers again. Clients that failed have a separate lane.
//! answers again. Clients that failed have a lane of their own.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use serde::Deserialize as _;
use tokio::sync::Notify;

use super::deliver::Attempt;
use crate::OAuth;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{Document, DocumentKind, Service};
use jeton_people::participation::Notice;

/// Notices read at once.
const PAGE: u32 = 500;
/// Notices collected before they are sent.
const TAKEN: usize = 2000;
/// Of these, at most so many per client.
const OF_CLIENT: usize = 100;
/// How many clients are notified concurrently, and how many notices are sent to one client concurrently.
const AT_ONCE: usize = 16;
const AT_ONCE_TO_CLIENT: usize = 4;
/// The first and the longest pause of a client that failed.
const PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

/// Which clients are notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientGroup {
    /// Those that answered last time, or were never notified.
    Answering,
    /// Those that did not.
    Failing,
}

/// This node's record of clients that failed, and how often.
#[derive(Default)]
pub struct Queues {
    /// Notified when there are notices to send.
    bell: Arc<Notify>,
    paused: Mutex<HashMap<ClientKey, Pause>>,
    failed: AtomicU64,
    given_up: AtomicU64,
}

#[derive(Clone, Copy)]
struct Pause {
    failures: u32,
    until: Timestamp,
}

impl Queues {
    /// For code that creates notices.
    pub fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }

    /// The same, for the task that waits for notices.
    pub(crate) fn rung(&self) -> &Notify {
        &self.bell
    }

    pub(super) fn answered(&self, client: ClientKey) {
        self.lock().remove(&client);
    }

    pub(super) fn failed(&self, client: ClientKey, now: Timestamp) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        let mut paused = self.lock();
        let one = paused.entry(client).or_insert(Pause { failures: 0, until: now });
        let pause = PAUSES.0.saturating_mul(1 << one.failures.min(8)).min(PAUSES.1);
        *one = Pause { failures: one.failures.saturating_add(1), until: now + pause };
    }

    pub(super) fn gave_up(&self) {
        self.given_up.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether a client is paused now.
    pub(super) fn is_paused(&self, client: ClientKey, now: Timestamp) -> bool {
        self.lock().get(&client).is_some_and(|paused| now < paused.until)
    }

    fn group(&self, client: ClientKey) -> ClientGroup {
        if self.lock().contains_key(&client) { ClientGroup::Failing } else { ClientGroup::Answering }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClientKey, Pause>> {
        self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The result of a pass.
#[derive(Default)]
struct Pass {
    delivered: usize,
    /// Whether a client had more due notices than were taken.
    left: bool,
}

/// Notices by service and client.
#[derive(Default)]
struct Taken {
    queues: BTreeMap<(ServiceId, String), Vec<Document>>,
    left: bool,
    end: bool,
}

impl OAuth {
    /// Sends the due notices; returns how many were delivered.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn deliver_notices(&self) -> Result<usize, Refusal> {
        let mut delivered = 0;
        loop {
            delivered += self.deliver_in(ClientGroup::Answering).await?;
            // A client that answers again changes lanes, with its other notices.
            match self.deliver_in(ClientGroup::Failing).await? {
                0 => return Ok(delivered),
                more => delivered += more,
            }
        }
    }

    /// The same for the clients of one lane.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn deliver_in(&self, group: ClientGroup) -> Result<usize, Refusal> {
        let mut delivered = 0;
        loop {
            let pass = self.deliver_once(group).await?;
            delivered += pass.delivered;
            if pass.delivered == 0 || !pass.left {
                if group == ClientGroup::Failing && delivered > 0 {
                    // Clients that answer again are in the other lane now.
                    self.queues.rung().notify_one();
                }
                return Ok(delivered);
            }
        }
    }

    /// How many notices are waiting, on all nodes.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notices_pending(&self) -> Result<u64, Refusal> {
        let (mut pending, mut after) = (0, 0);
        loop {
            let found = self.ledger.store().documents_of_all(DocumentKind::LogoutNotice, None, after, PAGE).await?;
            pending += found.len() as u64;
            match found.last() {
                Some(last) if found.len() == PAGE as usize => after = last.id.get(),
                _ => return Ok(pending),
            }
        }
    }

    /// How many attempts of this node failed, and how many notices it gave up.
    #[must_use]
    pub fn notices_failed(&self) -> (u64, u64) {
        (self.queues.failed.load(Ordering::Relaxed), self.queues.given_up.load(Ordering::Relaxed))
    }

    async fn deliver_once(&self, group: ClientGroup) -> Result<Pass, Refusal> {
        let (mut pass, mut after) = (Pass::default(), 0);
        loop {
            let taken = self.take_due(group, &mut after).await?;
            pass.left |= taken.left;
            let service = |id| self.ledger.entities().service(id);
            let queues = taken.queues.into_iter().filter_map(|((id, _), queue)| Some((service(id)?, queue)));
            let queues = queues.map(|(service, queue)| self.work_off(service, queue));
            let done: Vec<_> = futures::stream::iter(queues).buffer_unordered(AT_ONCE).collect().await;
            for delivered in done {
                pass.delivered += delivered?;
            }
            if taken.end {
                return Ok(pass);
            }
        }
    }

    /// Due notices with numbers above `after`, a few per client.
    async fn take_due(&self, group: ClientGroup, after: &mut u64) -> Result<Taken, Refusal> {
        let (mut taken, mut count, now) = (Taken::default(), 0, self.ledger.now());
        while !taken.end && count < TAKEN {
            let page = self.ledger.store().documents_of_all(DocumentKind::LogoutNotice, None, *after, PAGE).await?;
            taken.end = page.len() < PAGE as usize;
            for document in page {
                *after = document.id.get().max(*after);
                // An unreadable notice is taken as well, so that it is deleted.
                if let Ok(notice) = Notice::deserialize(&document.body) {
                    let waits = notice.next > now || self.queues.is_paused(notice.client, now);
                    if self.queues.group(notice.client) != group || waits && !notice.is_over(now) {
                        continue;
                    }
                } else if group == ClientGroup::Failing {
                    continue;
                }
                let queue = taken.queues.entry((document.service, document.owner.clone())).or_default();
                if queue.len() >= OF_CLIENT {
                    taken.left = true;
                    continue;
                }
                queue.push(document);
                count += 1;
            }
        }
        Ok(taken)
    }

    /// Sends the notices of one client until one fails; returns how many were delivered.
    async fn work_off(&self, service: Arc<Service>, queue: Vec<Document>) -> Result<usize, Refusal> {
        let (mut delivered, mut answers) = (0, false);
        let mut queue = queue.into_iter().peekable();
        while queue.peek().is_some() {
            // The first one tests whether the client answers.
            let some = if answers { AT_ONCE_TO_CLIENT } else { 1 };
            let tries = queue.by_ref().take(some).map(|document| self.deliver(Arc::clone(&service), document));
            let mut fails = false;
            for tried in futures::future::join_all(tries).await {
                match tried? {
                    Attempt::Delivered => (delivered, answers) = (delivered + 1, true),
                    Attempt::Failed => fails = true,
                    Attempt::Postponed => {}
                }
            }
            if fails {
                break;
            }
        }
        // The client is paused now; notices that have become too old are given up.
        for document in queue {
            if Notice::deserialize(&document.body).is_ok_and(|notice| notice.is_over(self.ledger.now())) {
                self.deliver(Arc::clone(&service), document).await?;
            }
        }
        Ok(delivered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_fails_rests_longer_each_time_and_no_longer_when_it_answers() {
        let (queues, client, start) = (Queues::default(), ClientKey::new(1), Timestamp::from_seconds(1000));
        for pause in [5, 10, 20, 40, 60, 60] {
            queues.failed(client, start);
            assert!(queues.is_paused(client, start + Duration::from_secs(pause - 1)), "{pause}");
            assert!(!queues.is_paused(client, start + Duration::from_secs(pause)), "{pause}");
            assert_eq!(queues.group(client), ClientGroup::Failing);
        }
        queues.answered(client);
        assert!(!queues.is_paused(client, start));
        assert_eq!(queues.group(client), ClientGroup::Answering);
    }
}
