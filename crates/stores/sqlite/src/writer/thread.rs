//! The writer's thread: commits first, chores between them.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use jeton_model::clock::Clock;
use jeton_model::store::StoreError;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB};

use super::Shared;
use super::batch;
use super::job::{Chore, Job, WriteRequest};
use super::lister::Lister;
use super::log_watch::LogWatch;
use super::session::Session;
use super::sweep::Sweep;
use crate::connection::{self, Role};
use crate::fault::{Fault, is_disk_failure};
use crate::queue::Taken;
use crate::single_use_tail::SingleUseTail;
use crate::stopwatch::Stopwatch;
use crate::{OpenError, Options};

/// The thread's name.
const NAME: &str = "jeton-writer";

/// The most requests of one commit.
const MOST: usize = 1024;

/// A tail of this length is written to the lists even while commands keep arriving.
const LONG_TAIL: usize = 32_768;

/// Without work for this long, a shorter one is too. Whoever asks for a list need not wait for that.
const QUIET: Duration = Duration::from_millis(250);

/// What has waited this long is listed at the next idle moment, even if commands keep arriving, so that a list request
/// waits only briefly.
const OLD: Duration = Duration::from_secs(1);

/// How long background work may delay commands.
const BUDGET: Duration = Duration::from_micros(500);

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
) -> Result<JoinHandle<Connection>, OpenError> {
    let failed = |source| OpenError::Engine { path: path.to_owned(), source };
    let connection = connection::open(path, Role::Writer).map_err(|e| failed(e.into()))?;
    let (clock, log) = (Arc::clone(&options.clock), LogWatch::new(options.log_mib, ring));
    let loss = options.worker_loss.clone();
    let (ready, is_ready) = mpsc::sync_channel(1);
    let thread = Builder::new()
        .name(NAME.to_owned())
        .spawn(move || {
            match prepare(&connection, clock, Arc::clone(&shared.single_uses)) {
                Ok((session, lister)) => {
                    let thread = Thread::new(shared, session, lister, log);
                    // Only now the missing rows of the lists are published: no request may ask for them earlier.
                    let _ = ready.send(Ok(()));
                    loss.guard(NAME, || thread.run());
                }
                Err(fault) => {
                    let _ = ready.send(Err(format!("{fault:?}")));
                }
            }
            connection
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
    single_uses: Arc<SingleUseTail>,
) -> Result<(Session<'_>, Lister), Fault> {
    let mut session = Session::prepare(connection, clock, single_uses)?;
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
    /// Since when the lists lack something.
    lacking: Option<Stopwatch>,
    /// Why nothing more may be written.
    broken: Option<String>,
}

impl<'c> Thread<'c> {
    fn new(shared: Arc<Shared>, session: Session<'c>, lister: Lister, log: LogWatch) -> Self {
        let swept = Stopwatch::start();
        let sweeps = VecDeque::new();
        let thread = Self { shared, session, lister, log, sweeps, swept, resting: None, lacking: None, broken: None };
        thread.publish();
        thread
    }

    fn run(mut self) {
        let mut jobs = Vec::new();
        let mut requests = Vec::new();
        loop {
            let taken = self.shared.queue.take(&mut jobs, MOST, self.patience());
            if taken == Taken::Closed {
                break;
            }
            for job in jobs.drain(..) {
                match job {
                    Job::Write(request) => requests.push(request),
                    Job::Chore(chore) => self.accept(chore),
                }
            }
            if !requests.is_empty() {
                self.commit(&mut requests);
            }
            self.chores(taken == Taken::Nothing);
        }
        if self.shared.tidy.load(Ordering::Acquire) {
            self.leave_tidily();
        }
    }

    fn commit(&mut self, requests: &mut Vec<WriteRequest>) {
        if let Some(why) = &self.broken {
            return refuse(requests, why);
        }
        let committed = batch::commit(&mut self.session, requests);
        self.shared.commits.fetch_add(1, Ordering::Relaxed);
        self.publish();
        match committed {
            Ok(replies) => requests.drain(..).zip(replies).for_each(|(request, reply)| request.answer(reply)),
            Err(failed) => {
                tracing::error!(error = failed.message, unsure = failed.unsure, "a commit failed");
                refuse(requests, &failed.message);
                if failed.unsure {
                    self.stop_writing(&failed.message);
                }
            }
        }
        self.log.committed(self.session.connection);
    }

    /// The state of the disk is unknown: further writes could make it worse, and acknowledge data that is lost.
    fn stop_writing(&mut self, why: &str) {
        let why = format!("nothing more is written until a restart, after: {why}");
        self.lister.refuse(&why);
        self.sweeps.drain(..).for_each(|sweep| sweep.refuse(&why));
        self.broken = Some(why);
    }

    fn accept(&mut self, chore: Chore) {
        match (chore, &self.broken) {
            (Chore::FillLists { answer } | Chore::Ping { answer }, Some(why)) => {
                let _ = answer.send(Err(StoreError::message(why)));
            }
            (Chore::Sweep { now, limit, answer }, Some(why)) => Sweep::new(now, limit, answer).refuse(why),
            (Chore::FinishLog, Some(_)) => {}
            (Chore::FillLists { answer }, None) => self.lister.wait(&self.session, answer),
            (Chore::Sweep { now, limit, answer }, None) => self.sweeps.push_back(Sweep::new(now, limit, answer)),
            (Chore::FinishLog, None) => self.finish_log(),
            (Chore::Ping { answer }, None) => {
                let _ = answer.send(Ok(()));
            }
        }
    }

    /// How long to wait for requests before the chores.
    fn patience(&self) -> Option<Duration> {
        if self.broken.is_some() {
            None
        } else if self.resting.is_some() {
            Some(REST)
        } else if !self.sweeps.is_empty() || self.lister.is_pressed() || self.is_old() {
            Some(Duration::ZERO)
        } else {
            (self.session.tail.len() > 0).then_some(QUIET)
        }
    }

    fn is_old(&self) -> bool {
        self.lacking.is_some_and(|since| since.elapsed() > OLD)
    }

    fn chores(&mut self, quiet: bool) {
        if self.broken.is_some() || self.resting.is_some_and(|since| since.elapsed() < REST) {
            return;
        }
        self.resting = None;
        let long = self.session.tail.len() >= LONG_TAIL;
        if self.session.tail.len() > 0 && self.lacking.is_none() {
            self.lacking = Some(Stopwatch::start());
        }
        let idle = quiet || (self.is_old() && self.shared.queue.len() == 0);
        if self.lister.is_pressed() || long || (idle && self.session.tail.len() > 0) {
            let worked = self.lister.work(&mut self.session, BUDGET);
            if self.session.tail.len() == 0 {
                self.lacking = None;
            }
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
            if let Fault::Engine(error) = fault
                && is_disk_failure(&error)
            {
                self.stop_writing(&error.to_string());
            }
        }
    }

    /// The checkpointer has copied all but the last pages of the log. If they are copied too, while no write runs, the
    /// next commit starts the log again.
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

fn refuse(requests: &mut Vec<WriteRequest>, why: &str) {
    requests.drain(..).for_each(|request| request.answer(Err(StoreError::message(why))));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::executor::block_on;
    use jeton_model::store::{Command, Write};
    use jeton_testkit::sample;

    use super::Thread;
    use crate::connection::{self, Role};
    use crate::prepare::prepare;
    use crate::writer::Writer;
    use crate::writer::log_watch::LogWatch;

    /// After a disk error that makes the disk unreliable, the writer refuses everything, and no caller hangs.
    #[test]
    fn after_a_disk_failure_everything_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jeton.db");
        prepare(&path).unwrap();

        let writer = Writer::new(64);
        let shared = Arc::clone(&writer.shared);
        let command = Command::of(vec![Write::Token { token: sample::token(1).into(), alias: None }]);
        // The lists lack something, as far as callers know, so that they ask.
        shared.unlisted.store(1, std::sync::atomic::Ordering::Release);
        let answers = (
            writer.fill_lists(),
            writer.sweep(sample::at(9), 9),
            writer.apply(command),
            writer.ping(),
            writer.reserve(1),
        );
        writer.stop(true);
        let connection = connection::open(&path, Role::Writer).unwrap();
        let clock = Arc::new(jeton_model::SystemClock);
        let (session, lister) = super::prepare(&connection, clock, Arc::default()).unwrap();
        let mut thread = Thread::new(shared, session, lister, LogWatch::new(8, Box::new(|| ())));
        thread.stop_writing("the disk is gone");
        thread.run();

        let why = "nothing more is written until a restart, after: the disk is gone";
        let (lists, sweep, apply, ping, ids) = answers;
        for answer in [block_on(lists).err(), block_on(sweep).err(), block_on(ping).err(), block_on(ids).err()] {
            assert!(answer.unwrap().to_string().contains(why));
        }
        assert!(block_on(apply).unwrap_err().to_string().contains(why));
        let tokens: i64 = connection.query_row("SELECT count(*) FROM token", [], |row| row.get(0)).unwrap();
        assert_eq!(tokens, 0);
    }
}
