//! Whether the database answers.
//!
//! A database can hang without closing a connection. The first read then waits for its time limit, and later ones wait
//! a shorter time until an answer arrives: so a request with several reads is answered in time.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jeton_model::store::patience;
use tokio::time::{Instant, timeout};

use crate::fault::Fault;

/// How long a read waits while the database answers none.
const WHILE_SILENT: Duration = Duration::from_secs(1);

/// When the database answered last.
#[derive(Debug)]
pub(crate) struct Pulse {
    /// The patience while it answers.
    usual: Duration,
    began: Instant,
    /// The latest answer, in milliseconds since then.
    heard: AtomicU64,
    silent: AtomicBool,
}

impl Pulse {
    /// Of a database that answers.
    pub(crate) fn new(usual: Duration) -> Self {
        Self { usual, began: Instant::now(), heard: AtomicU64::new(0), silent: AtomicBool::new(false) }
    }

    /// An answer arrived.
    pub(crate) fn heard(&self) {
        self.heard.fetch_max(self.now(), Ordering::Relaxed);
        if self.silent.swap(false, Ordering::Relaxed) {
            tracing::info!("PostgreSQL answers again");
        }
    }

    /// What was asked at `since` had no answer in time.
    pub(crate) fn missed(&self, since: Instant) {
        let since = millis(since - self.began);
        // Others were answered meanwhile, or it waited too briefly to conclude anything: only this read is slow.
        let alone = self.heard.load(Ordering::Relaxed) > since;
        let short = self.now().saturating_sub(since) < millis(WHILE_SILENT.min(self.usual));
        if !alone && !short && !self.silent.swap(true, Ordering::Relaxed) {
            tracing::warn!("PostgreSQL does not answer");
        }
    }

    /// How long a read may wait now: at most the rest of its request's time.
    pub(crate) fn patience(&self) -> Duration {
        let own = if self.silent.load(Ordering::Relaxed) { WHILE_SILENT.min(self.usual) } else { self.usual };
        patience::left().map_or(own, |left| left.min(own))
    }

    /// The patience while the database answers.
    pub(crate) fn usual(&self) -> Duration {
        self.usual
    }

    /// Waits for an answer, no longer than this.
    pub(crate) async fn within<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let began = Instant::now();
        match timeout(limit, work).await {
            Ok(done) => self.noted(done),
            Err(_) => {
                self.missed(began);
                Err(Fault::Silent(limit))
            }
        }
    }

    /// Waits for an answer that may take long, as long as the database answers others, and at most `limit`.
    pub(crate) async fn long_answer<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let (began, patience) = (Instant::now(), self.patience());
        let mut work = std::pin::pin!(work);
        loop {
            match timeout(self.usual / 16, &mut work).await {
                Ok(done) => return self.noted(done),
                Err(_) if began.elapsed() < patience => {}
                Err(_) if began.elapsed() < limit && self.is_lively() => {}
                Err(_) => {
                    self.missed(began);
                    return Err(Fault::Silent(began.elapsed()));
                }
            }
        }
    }

    /// Whether any read was answered recently. Each node polls the others' changes several times a second.
    fn is_lively(&self) -> bool {
        let age = self.now().saturating_sub(self.heard.load(Ordering::Relaxed));
        Duration::from_millis(age) < self.usual
    }

    /// A refusal by the server is an answer, too.
    fn noted<T>(&self, done: Result<T, Fault>) -> Result<T, Fault> {
        if done.as_ref().err().is_none_or(|fault| fault.code().is_some()) {
            self.heard();
        }
        done
    }

    fn now(&self) -> u64 {
        millis(self.began.elapsed())
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::sleep;

    use super::*;

    const USUAL: Duration = Duration::from_millis(400);

    async fn never(pulse: &Pulse) -> Duration {
        let asked = Instant::now();
        assert!(matches!(pulse.within(pulse.patience(), pending::<Result<(), Fault>>()).await, Err(Fault::Silent(_))));
        asked.elapsed()
    }

    #[tokio::test]
    async fn whoever_asks_a_silent_database_waits_less() {
        let pulse = Pulse::new(WHILE_SILENT * 2);
        assert!(never(&pulse).await >= WHILE_SILENT * 2);
        assert_eq!(pulse.patience(), WHILE_SILENT);
        pulse.heard();
        assert_eq!(pulse.patience(), WHILE_SILENT * 2);
    }

    #[tokio::test]
    async fn one_slow_question_does_not_make_a_database_silent() {
        let pulse = Pulse::new(WHILE_SILENT * 2);
        // Nobody answers at once.
        pulse.missed(Instant::now());
        assert_eq!(pulse.patience(), WHILE_SILENT * 2);
        let asked = Instant::now();
        sleep(WHILE_SILENT).await;
        pulse.heard();
        pulse.missed(asked);
        assert_eq!(pulse.patience(), WHILE_SILENT * 2);
    }

    #[tokio::test]
    async fn a_long_list_is_waited_for_while_others_are_answered() {
        let pulse = Pulse::new(USUAL);
        let others = async {
            let (mut last, mut gap) = (Instant::now(), Duration::ZERO);
            let began = last;
            while began.elapsed() < USUAL * 3 {
                sleep(USUAL / 20).await;
                pulse.heard();
                gap = gap.max(last.elapsed());
                last = Instant::now();
            }
            gap
        };
        let list = async {
            let asked = Instant::now();
            let done = pulse.long_answer(Duration::from_mins(1), pending::<Result<(), Fault>>()).await;
            assert!(matches!(done, Err(Fault::Silent(_))));
            asked.elapsed()
        };
        let (waited, gap) = tokio::join!(list, others);
        // A machine that stood still meanwhile looks like a database that does.
        assert!(waited >= USUAL * 3 || gap >= USUAL / 2, "{waited:?}, {gap:?}");
    }

    #[tokio::test]
    async fn a_request_has_one_patience_for_all_it_asks() {
        let pulse = Pulse::new(USUAL);
        patience::of_request(USUAL, async {
            let whole = pulse.patience();
            patience::spending(async {
                sleep(USUAL / 2).await;
                Ok::<_, Fault>(())
            })
            .await
            .unwrap();
            assert_eq!(pulse.patience(), whole, "it was answered");
            let silence = async |limit| patience::spending(pulse.within(limit, pending::<Result<(), Fault>>())).await;
            silence(USUAL / 2).await.unwrap_err();
            assert!(pulse.patience() <= USUAL / 2);
            silence(pulse.patience()).await.unwrap_err();
            assert_eq!(pulse.patience(), Duration::ZERO);
        })
        .await;
        assert!(pulse.patience() > Duration::ZERO);
    }
}
