//! One writer: takes what waits, commits it, answers. Two of them run, so that one batch is gathered and planned while
//! the other is on its way to disk.

use std::sync::Arc;

use jeton_core::clock::Clock;
use jeton_core::store::{Command, Lost, Outcome, StoreError};
use tokio::sync::oneshot;
use tokio_postgres::Error;

use super::directory::is_directory;
use super::known::Known;
use super::needs::Needs;
use super::plan::Plan;
use super::session::{OwnStreams, Session};
use crate::failure::{Shared, Trouble, pause};
use crate::open::{Options, Place};
use crate::queue::Queue;
use crate::tally::Wake;

/// How often a batch that others crossed is done again.
const ATTEMPTS: u32 = 24;

/// How often a batch that found no connection looks for a new one.
const CONNECTS: u32 = 2;

/// A command that somebody waits for.
pub(crate) struct Job {
    /// What to do.
    pub(crate) command: Command,
    /// Who waits. He may have gone: the command was accepted and is done all the same.
    pub(crate) answer: oneshot::Sender<Result<Outcome, StoreError>>,
}

/// A writer.
pub(crate) struct Writer {
    place: Place,
    own: OwnStreams,
    queue: Arc<Queue<Job>>,
    clock: Arc<dyn Clock>,
    wake: Arc<Wake>,
    most: usize,
    session: Option<Session>,
}

impl Writer {
    /// A writer that is connected.
    pub(crate) async fn open(
        place: &Place,
        own: &OwnStreams,
        queue: &Arc<Queue<Job>>,
        wake: &Arc<Wake>,
        options: &Options,
    ) -> Result<Self, Error> {
        Ok(Self {
            place: place.clone(),
            own: own.clone(),
            queue: Arc::clone(queue),
            clock: Arc::clone(&options.clock),
            wake: Arc::clone(wake),
            most: options.batch.max(1),
            session: Some(Session::open(place, own).await?),
        })
    }

    /// Works until the line is closed and empty.
    pub(crate) async fn run(mut self) {
        let mut done = 0;
        loop {
            let jobs = self.queue.take(self.most, done).await;
            if jobs.is_empty() {
                return;
            }
            done = jobs.len();
            self.work(jobs).await;
        }
    }

    async fn work(&mut self, jobs: Vec<Job>) {
        // A name that is taken ends its transaction: it shall be nobody else's.
        let (alone, together): (Vec<_>, Vec<_>) =
            jobs.into_iter().partition(|job| job.command.writes.iter().any(is_directory));
        let mut batches: Vec<_> = alone.into_iter().rev().map(|job| vec![job]).collect();
        batches.push(together);
        while let Some(mut batch) = batches.pop() {
            let done = self.commit(&batch).await;
            match done {
                Ok(outcomes) => answer(batch, outcomes.into_iter().map(Ok)),
                Err(Trouble::Exists { .. } | Trouble::Refused(_)) if batch.len() > 1 => {
                    // One of them is to blame: halves find it soon.
                    let rest = batch.split_off(batch.len() / 2);
                    batches.extend([rest, batch]);
                }
                Err(Trouble::Exists { .. }) => answer(batch, [Ok(Outcome::Lost(Lost::Exists))].into_iter()),
                Err(Trouble::Refused(error) | Trouble::Down(error)) => fail(batch, error),
                Err(Trouble::Crossed(error) | Trouble::Unknown(error)) => fail(batch, StoreError::failed(error)),
            }
        }
    }

    /// One transaction, done again while that can help.
    async fn commit(&mut self, batch: &[Job]) -> Result<Vec<Outcome>, Trouble> {
        let commands: Vec<&Command> = batch.iter().map(|job| &job.command).collect();
        let (mut careful, mut attempt, mut connects) = (false, 0, 0);
        loop {
            let trouble = match self.attempt(&commands, careful).await {
                Ok(outcomes) => return Ok(outcomes),
                Err(trouble) => trouble,
            };
            match trouble {
                Trouble::Crossed(_) if attempt < ATTEMPTS => attempt += 1,
                // A single-use entry is there after all, or has just been added: look, and see who wins.
                Trouble::Exists { once: true } if attempt < ATTEMPTS => {
                    careful = true;
                    attempt += 1;
                    continue;
                }
                // Two that write one new record at once may trip over each other's other unique names: the second time
                // the record is there, and is replaced.
                Trouble::Exists { once: false } if batch.len() == 1 && attempt == 0 => {
                    attempt += 1;
                    continue;
                }
                Trouble::Down(_) if connects < CONNECTS => {
                    self.session = None;
                    connects += 1;
                }
                Trouble::Down(_) | Trouble::Unknown(_) => {
                    self.session = None;
                    return Err(trouble);
                }
                other => return Err(other),
            }
            tokio::time::sleep(pause(attempt)).await;
        }
    }

    async fn attempt(&mut self, commands: &[&Command], careful: bool) -> Result<Vec<Outcome>, Trouble> {
        let now = self.clock.now();
        let session = self.session().await?;
        let needs = Needs::of(commands, careful);
        let looks = !needs.is_empty();
        let known = if looks { session.lock(&needs).await? } else { Known::default() };
        let Plan { mut outcomes, effects } = Plan::of(commands, known, now);
        for (place, rows) in session.flush(&effects, looks).await? {
            if let Some(Outcome::Done { changed }) = outcomes.get_mut(place) {
                *changed += rows;
            }
        }
        if !effects.tally.is_empty() {
            self.wake.written();
        }
        Ok(outcomes)
    }

    async fn session(&mut self) -> Result<&mut Session, Trouble> {
        if self.session.as_ref().is_none_or(|s| s.client.is_closed()) {
            let opened = Session::open(&self.place, &self.own).await;
            self.session = Some(opened.map_err(|error| Trouble::Down(StoreError::failed(error)))?);
        }
        self.session.as_mut().ok_or(Trouble::Down(StoreError::Busy))
    }
}

fn answer(batch: Vec<Job>, outcomes: impl Iterator<Item = Result<Outcome, StoreError>>) {
    for (job, outcome) in batch.into_iter().zip(outcomes) {
        // Nobody waits any more: the outcome stands without him.
        let _gone = job.answer.send(outcome);
    }
}

fn fail(batch: Vec<Job>, error: StoreError) {
    let error = Shared::new(error);
    answer(batch, std::iter::repeat_with(move || Err(error.share())));
}
