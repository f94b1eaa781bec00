//! The writer's thread: commits first, chores between them.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use jeton_core::clock::Clock;
use jeton_core::store::StoreError;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB};

use super::Shared;
use super::batch;
use super::job::{Chore, Job, Order};
use super::lister::Lister;
use super::log_watch::LogWatch;
use super::session::Session;
use super::sweep::Sweep;
use crate::connection::{self, Role};
use crate::fault::Fault;
use crate::once_tail::OnceTail;
use crate::queue::Taken;
use crate::stopwatch::Stopwatch;
use crate::{OpenError, Options};

/// The most orders of a commit.
const MOST: usize = 1024;

/// A tail this long is written to the lists even while orders keep coming.
const LONG_TAIL: usize = 65_536;

/// Without work for this long, a shorter one is too.
const QUIET: Duration = Duration::from_millis(20);

/// How long a chore may keep orders waiting.
const BUDGET: Duration = Duration::from_millis(1);

/// A sweep that found no idle moment for this long takes one.
const HUNGRY: Duration = Duration::from_millis(50);

/// After a chore failed, chores rest this long: the disk may be full.
const REST: Duration = Duration::from_secs(1);

/// Starts the thread; returns when it is ready to write.
pub(super) fn start(
    shared: Arc<Shared>,
    path: &Path,
    options: &Options,
    ring: Box<dyn Fn() + Send>,
) -> Result<JoinHandle<()>, OpenError> {
    let failed = |source| OpenError::Engine { path: path.to_owned(), source };
    let connection = connection::open(path, Role::Writer).map_err(|e| failed(e.into()))?;
    let (clock, log) = (Arc::clone(&options.clock), LogWatch::new(options.log_mib, ring));
    let (ready, is_ready) = mpsc::sync_channel(1);
    let thread = Builder::new()
        .name("jeton-writer".to_owned())
        .spawn(move || match prepare(&connection, clock, Arc::clone(&shared.onces)) {
            Ok((session, lister)) => {
                let _ = ready.send(Ok(()));
                Thread::new(shared, session, lister, log).run();
            }
            Err(fault) => {
                let _ = ready.send(Err(format!("{fault:?}")));
            }
        })
        .map_err(|e| failed(e.into()))?;
    match is_ready.recv() {
        Ok(Ok(())) => Ok(thread),
        Ok(Err(message)) => Err(failed(message.into())),
        Err(gone) => Err(failed(gone.into())),
    }
}

fn prepare(
    connection: &Connection,
    clock: Arc<dyn Clock>,
    onces: Arc<OnceTail>,
) -> Result<(Session<'_>, Lister), Fault> {
    let mut session = Session::prepare(connection, clock, onces)?;
    let lister = Lister::open(&mut session)?;
    Ok((session, lister))
}

struct Thread<'c> {
    shared: Arc<Shared>,
    session: Session<'c>,
    lister: Lister,
    log: LogWatch,
    sweeps: VecDeque<Sweep>,
    swept: Stopwatch,
    resting: Option<Stopwatch>,
    /// Why nothing more may be written.
    broken: Option<String>,
}

impl<'c> Thread<'c> {
    fn new(shared: Arc<Shared>, session: Session<'c>, lister: Lister, log: LogWatch) -> Self {
        let swept = Stopwatch::start();
        let sweeps = VecDeque::new();
        let thread = Self { shared, session, lister, log, sweeps, swept, resting: None, broken: None };
        thread.publish();
        thread
    }

    fn run(mut self) {
        let mut jobs = Vec::new();
        let mut orders = Vec::new();
        loop {
            let taken = self.shared.queue.take(&mut jobs, MOST, self.patience());
            if taken == Taken::Closed {
                break;
            }
            for job in jobs.drain(..) {
                match job {
                    Job::Order(order) => orders.push(order),
                    Job::Chore(chore) => self.accept(chore),
                }
            }
            if !orders.is_empty() {
                self.commit(&mut orders);
            }
            self.chores(taken == Taken::Nothing);
        }
        if self.shared.tidy.load(Ordering::Acquire) {
            self.leave_tidily();
        }
    }

    fn commit(&mut self, orders: &mut Vec<Order>) {
        let replies = match &self.broken {
            Some(why) => Err(why.clone()),
            None => batch::commit(&mut self.session, orders).map_err(|failed| {
                tracing::error!(error = failed.message, unsure = failed.unsure, "a commit failed");
                if failed.unsure {
                    self.broken = Some(format!("no more is written until a restart, after: {}", failed.message));
                }
                failed.message
            }),
        };
        self.shared.commits.fetch_add(1, Ordering::Relaxed);
        self.publish();
        match replies {
            Ok(replies) => orders.drain(..).zip(replies).for_each(|(order, reply)| order.answer(reply)),
            Err(why) => orders.drain(..).for_each(|order| order.answer(Err(StoreError::message(&why)))),
        }
        self.log.committed(self.session.connection);
    }

    fn accept(&mut self, chore: Chore) {
        match chore {
            Chore::FillLists { answer } => self.lister.wait(&self.session, answer),
            Chore::Sweep { now, limit, answer } => self.sweeps.push_back(Sweep::new(now, limit, answer)),
            Chore::FinishLog => self.finish_log(),
            Chore::Ping { answer } => {
                let _ = answer.send(self.broken.as_ref().map_or(Ok(()), |why| Err(StoreError::message(why))));
            }
        }
    }

    /// How long to wait for orders before the chores.
    fn patience(&self) -> Option<Duration> {
        if self.broken.is_some() {
            None
        } else if self.resting.is_some() {
            Some(REST)
        } else if !self.sweeps.is_empty() || self.lister.is_pressed() {
            Some(Duration::ZERO)
        } else {
            (self.session.tail.len() > 0).then_some(QUIET)
        }
    }

    fn chores(&mut self, quiet: bool) {
        if self.broken.is_some() || self.resting.is_some_and(|since| since.elapsed() < REST) {
            return;
        }
        self.resting = None;
        let long = self.session.tail.len() >= LONG_TAIL;
        if self.lister.is_pressed() || long || (quiet && self.session.tail.len() > 0) {
            let worked = self.lister.work(&mut self.session, BUDGET);
            self.after_chore("filling the lists", worked);
        }
        if !self.sweeps.is_empty() && (self.swept.elapsed() > HUNGRY || self.shared.queue.len() == 0) {
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        self.swept = Stopwatch::start();
        let Some(sweep) = self.sweeps.pop_front() else { return };
        let swept = sweep.step(&mut self.session, &mut self.lister, BUDGET);
        let result = swept.map(|more| self.sweeps.extend(more));
        self.after_chore("sweeping", result);
    }

    fn after_chore(&mut self, what: &'static str, result: Result<(), Fault>) {
        self.publish();
        self.log.committed(self.session.connection);
        if let Err(fault) = result {
            tracing::error!(error = ?fault, "{what} failed");
            self.resting = Some(Stopwatch::start());
        }
    }

    /// The checkpointer has copied all but the last pages of the log. With those copied too, while nobody writes, the
    /// next commit begins the log anew.
    fn finish_log(&self) {
        let watch = Stopwatch::start();
        match self.session.connection.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::PASSIVE) {
            Ok((log, copied)) => tracing::debug!(log, copied, took = ?watch.elapsed(), "the log was copied"),
            Err(error) => tracing::warn!(%error, "the log could not be copied"),
        }
    }

    fn publish(&self) {
        self.shared.unlisted.store(self.lister.missing(&self.session), Ordering::Release);
    }

    fn leave_tidily(&mut self) {
        if self.broken.is_some() {
            return;
        }
        if let Err(fault) = self.lister.finish(&mut self.session) {
            tracing::warn!(error = ?fault, "the lists will be filled at the next start");
        }
    }
}
