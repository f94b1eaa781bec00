//! One writer: takes what waits, commits it, answers. Two of them run, so that one batch is gathered and planned while
//! the other is on its way to disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jeton_model::clock::Clock;
use jeton_model::store::{Command, Lost, Outcome, StoreError};
use tokio::time::{Instant, timeout_at};

use super::entities::is_of_entity;
use super::job::Job;
use super::known::Known;
use super::needs::Needs;
use super::plan::Plan;
use super::session::{OwnStreams, Session};
use crate::failure::{Shared, TransactionError, pause};
use crate::fault::Fault;
use crate::open::{Database, Options};
use crate::queue::Queue;
use crate::tally::Wake;

/// How often a batch that others crossed is done again.
const ATTEMPTS: u32 = 24;

/// How often a batch that found no connection looks for a new one.
const CONNECTS: u32 = 2;

/// The longest rest after commits that were not answered although the connection was: their processes may still wait in the
/// server, for a standby as a rule, and shall not become many.
const REST: Duration = Duration::from_secs(10);

/// A writer.
pub(crate) struct Writer {
    place: Database,
    own: OwnStreams,
    queue: Arc<Queue<Job>>,
    clock: Arc<dyn Clock>,
    wake: Arc<Wake>,
    most: usize,
    session: Option<Session>,
    /// How many commits in a row were not answered.
    unanswered: u32,
}

impl Writer {
    /// A writer that is connected.
    pub(crate) async fn open(
        place: &Database,
        own: &OwnStreams,
        queue: &Arc<Queue<Job>>,
        wake: &Arc<Wake>,
        options: &Options,
    ) -> Result<Self, Fault> {
        Ok(Self {
            place: place.clone(),
            own: own.clone(),
            queue: Arc::clone(queue),
            clock: Arc::clone(&options.clock),
            wake: Arc::clone(wake),
            most: options.batch.max(1),
            session: Some(Session::open(place, own).await?),
            unanswered: 0,
        })
    }

    /// Works until the line is closed and empty.
    pub(crate) async fn run(mut self) {
        loop {
            self.recover().await;
            let jobs = self.queue.take(self.most, 0).await;
            if jobs.is_empty() {
                return;
            }
            let done = jobs.len();
            self.work(jobs).await;
            self.queue.finish(done);
        }
    }

    /// Connects again if needed, after a pause if commits were not answered. It holds no job meanwhile: the waiting
    /// ones are left to the other writer, and nothing is started in vain. Ends when the queue closes.
    async fn recover(&mut self) {
        if self.is_connected() {
            return;
        }
        let queue = Arc::clone(&self.queue);
        let anew = async {
            if self.unanswered > 1 {
                tokio::time::sleep(REST.min(Duration::from_millis(250) * 2_u32.saturating_pow(self.unanswered))).await;
            }
            if let Err(trouble) = self.connected().await {
                // The next command makes it try again, and gets the answer.
                tracing::debug!(?trouble, "a writer found no connection");
            }
        };
        tokio::select! {
            () = anew => {}
            () = queue.closed() => {}
        }
    }

    async fn work(&mut self, jobs: Vec<Job>) {
        // Connected first: while that takes its time, nothing has begun.
        if let Err(trouble) = self.connected().await {
            return fail(jobs, trouble.into_error());
        }
        // A name in use ends its transaction: it must not affect others.
        let (alone, together): (Vec<_>, Vec<_>) =
            jobs.into_iter().partition(|job| job.command.writes.iter().any(is_of_entity));
        let mut batches: Vec<_> = alone.into_iter().rev().map(|job| vec![job]).collect();
        if !together.is_empty() {
            batches.push(together);
        }
        while let Some(batch) = batches.pop() {
            let mut batch = begin(batch);
            if batch.is_empty() {
                continue;
            }
            match self.commit(&batch).await {
                Ok(outcomes) => {
                    self.own_up(&batch, &outcomes);
                    answer(batch, outcomes.into_iter().map(Ok));
                }
                Err(TransactionError::Exists { .. } | TransactionError::Refused(_)) if batch.len() > 1 => {
                    // One of them is to blame: halves find it soon.
                    let rest = batch.split_off(batch.len() / 2);
                    batches.extend([rest, batch]);
                }
                Err(TransactionError::Exists { .. }) => answer(batch, [Ok(Outcome::Lost(Lost::Exists))].into_iter()),
                Err(trouble) => fail(batch, trouble.into_error()),
            }
        }
    }

    /// Some callers may have been told meanwhile that the outcome is unknown. This node then reads what was done for
    /// them in the feed, as after a commit without an answer: its cache may be older than the commit.
    fn own_up(&mut self, batch: &[Job], outcomes: &[Outcome]) {
        let mut late = false;
        for (job, outcome) in batch.iter().zip(outcomes) {
            late |= !job.claim.done() && matches!(outcome, Outcome::Done { .. });
        }
        if late && let Some(session) = self.session.take() {
            session.hand_over();
        }
    }

    /// One transaction, retried while that can help and a caller waits for it.
    async fn commit(&mut self, batch: &[Job]) -> Result<Vec<Outcome>, TransactionError> {
        let commands: Vec<&Command> = batch.iter().map(|job| &job.command).collect();
        let began = Instant::now();
        let due = batch.iter().map(|job| job.due).max().unwrap_or(began);
        let (mut careful, mut attempt, mut connects) = (false, 0, 0);
        loop {
            let trouble = match self.attempt(&commands, careful, due).await {
                Ok(outcomes) => {
                    self.unanswered = 0;
                    return Ok(outcomes);
                }
                Err(trouble) => trouble,
            };
            let late = Instant::now() >= due;
            match trouble {
                TransactionError::Crossed(_) if attempt < ATTEMPTS && !late => attempt += 1,
                // A single-use entry exists after all, or was just added: read again, and decide.
                TransactionError::Exists { single_use: true } if attempt < ATTEMPTS => {
                    careful = true;
                    attempt += 1;
                    continue;
                }
                // Two that write one new record at once may trip over each other's other unique names: the second time
                // the record is there, and is replaced.
                TransactionError::Exists { single_use: false } if batch.len() == 1 && attempt == 0 => {
                    attempt += 1;
                    continue;
                }
                TransactionError::Down(fault) => {
                    if fault.is_lost_statement() {
                        self.place.lost_statement();
                    }
                    self.leave(false);
                    if connects >= CONNECTS || late {
                        return Err(TransactionError::Down(fault));
                    }
                    connects += 1;
                }
                TransactionError::Unknown(fault) => {
                    self.unanswered += u32::from(matches!(fault, Fault::Silent(_)));
                    self.leave(true);
                    return Err(TransactionError::Unknown(fault));
                }
                other => return Err(other),
            }
            tokio::time::sleep(pause(attempt)).await;
        }
    }

    /// One transaction, which ends when it is due: then the connection is given up.
    async fn attempt(
        &mut self,
        commands: &[&Command],
        careful: bool,
        due: Instant,
    ) -> Result<Vec<Outcome>, TransactionError> {
        let (began, now, wake) = (Instant::now(), self.clock.now(), Arc::clone(&self.wake));
        let place = self.place.clone();
        let session = self.connected().await?;
        let committing = AtomicBool::new(false);
        let work = async {
            let needs = Needs::of(commands, careful);
            let looks = !needs.is_empty();
            let known = if looks { session.lock(&needs).await? } else { Known::default() };
            let Plan { mut outcomes, effects } = Plan::of(commands, known, now);
            for (place, rows) in session.flush(&effects, looks, &committing).await? {
                if let Some(Outcome::Done { changed }) = outcomes.get_mut(place) {
                    *changed += rows;
                }
            }
            if !effects.tally.is_empty() {
                wake.written();
            }
            Ok(outcomes)
        };
        match timeout_at(due, work).await {
            Ok(done) => {
                if !matches!(done, Err(TransactionError::Down(_) | TransactionError::Unknown(_))) {
                    place.pulse.heard();
                }
                done
            }
            Err(_) => {
                place.pulse.missed(began);
                Err(TransactionError::of(Fault::Silent(began.elapsed()), committing.load(Ordering::Relaxed)))
            }
        }
    }

    /// The session, or a new one.
    async fn connected(&mut self) -> Result<&mut Session, TransactionError> {
        if !self.is_connected() {
            self.session = None;
            self.session = Some(Session::open(&self.place, &self.own).await.map_err(TransactionError::Down)?);
        }
        self.session.as_mut().ok_or(TransactionError::Refused(StoreError::Busy))
    }

    fn is_connected(&self) -> bool {
        self.session.as_ref().is_some_and(|session| !session.link.is_closed())
    }

    /// Gives the session up.
    fn leave(&mut self, unknown: bool) {
        if let Some(session) = self.session.take() {
            session.abandon(unknown);
        }
    }
}

/// The commands of a batch whose callers still wait: the earlier batches took time, and a transaction that is started
/// and given up at once costs a connection. The other callers are told that nothing was started.
fn begin(batch: Vec<Job>) -> Vec<Job> {
    let now = Instant::now();
    let (mut batch, late): (Vec<_>, Vec<_>) = batch.into_iter().partition(|job| job.due > now);
    if let Some(waited) = late.iter().map(|job| now - job.asked).max() {
        fail(late, StoreError::failed(Fault::Silent(waited)));
    }
    batch.retain(|job| job.claim.begin());
    batch
}

fn answer(batch: Vec<Job>, outcomes: impl Iterator<Item = Result<Outcome, StoreError>>) {
    for (job, outcome) in batch.into_iter().zip(outcomes) {
        // The caller may be gone: the outcome holds all the same.
        let _gone = job.answer.send(outcome);
    }
}

fn fail(batch: Vec<Job>, error: StoreError) {
    let error = Shared::new(error);
    answer(batch, std::iter::repeat_with(move || Err(error.share())));
}
