//! The writer: one thread that makes everything durable.

mod batch;
mod heap;
mod job;
mod lister;
mod log_watch;
mod session;
mod single_uses;
mod sweep;
mod tail;
mod thread;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use jeton_model::clock::Timestamp;
use jeton_model::store::{Command, Outcome, StoreError, StoreFuture};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::queue::Queue;
use crate::single_use_tail::SingleUseTail;
use crate::{OpenError, Options};
pub(crate) use job::{AnswerSender, Chore, Job, WriteRequest};

/// What the writer's thread and its callers share.
pub(crate) struct Shared {
    queue: Queue<Job>,
    /// How many rows of acknowledged tokens the lists still lack, at least.
    unlisted: AtomicUsize,
    /// Single-use entries that no index knows yet.
    single_uses: Arc<SingleUseTail>,
    /// Commits made.
    commits: AtomicU64,
    /// Whether the end of the queue is a tidy end: lists filled, log copied.
    tidy: AtomicBool,
}

/// Where commands are handed in.
#[derive(Clone)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
}

impl Writer {
    /// A queue for at most `waiting` jobs; [`Self::start`] starts its thread.
    pub(crate) fn new(waiting: usize) -> Self {
        let shared = Shared {
            queue: Queue::new(waiting),
            unlisted: AtomicUsize::new(0),
            single_uses: Arc::default(),
            commits: AtomicU64::new(0),
            tidy: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Starts the thread, which returns its connection when it ends. The file must have its schema. `ring` is called
    /// when the log has grown and should be copied.
    pub(crate) fn start(
        &self,
        path: &Path,
        options: &Options,
        ring: impl Fn() + Send + 'static,
    ) -> Result<JoinHandle<Connection>, OpenError> {
        thread::start(Arc::clone(&self.shared), path, options, Box::new(ring))
    }

    /// Submits a command now: it takes effect even if the caller does not wait for the answer.
    pub(crate) fn apply(&self, command: Command) -> StoreFuture<'static, Outcome> {
        self.hand_in(|answer| Job::Write(WriteRequest::Apply { command, answer }))
    }

    /// Takes ids.
    pub(crate) fn reserve(&self, count: u32) -> StoreFuture<'static, u64> {
        self.hand_in(|answer| Job::Write(WriteRequest::Reserve { count, answer }))
    }

    /// Writes a value of the installation if there is none.
    pub(crate) fn meta_init(&self, name: &str, value: &[u8]) -> StoreFuture<'static, Vec<u8>> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.hand_in(|answer| Job::Write(WriteRequest::MetaInit { name, value, answer }))
    }

    /// Writes a value of the installation.
    pub(crate) fn meta_set(&self, name: &str, value: &[u8]) -> StoreFuture<'static, ()> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.hand_in(|answer| Job::Write(WriteRequest::MetaSet { name, value, answer }))
    }

    /// Removes what expired before `now`, in the writer's idle time.
    pub(crate) fn sweep(&self, now: Timestamp, limit: u32) -> StoreFuture<'static, u64> {
        self.hand_in(|answer| Job::Chore(Chore::Sweep { now, limit, answer }))
    }

    /// Ready when the lists contain every token acknowledged before the call.
    pub(crate) fn fill_lists(&self) -> StoreFuture<'static, ()> {
        if self.shared.unlisted.load(Ordering::Acquire) == 0 {
            return Box::pin(std::future::ready(Ok(())));
        }
        self.hand_in(|answer| Job::Chore(Chore::FillLists { answer }))
    }

    /// Ready when the writer answers.
    pub(crate) fn ping(&self) -> StoreFuture<'static, ()> {
        self.hand_in(|answer| Job::Chore(Chore::Ping { answer }))
    }

    /// Single-use entries that no index knows yet.
    pub(crate) fn single_uses(&self) -> &SingleUseTail {
        &self.shared.single_uses
    }

    /// How many commits were made.
    pub(crate) fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }

    /// Requests copying the last few pages of the log, so that it starts again.
    pub(crate) fn finish_log(&self) {
        // A full queue means there is other work; the checkpointer will ask again.
        let _ = self.shared.queue.put(Job::Chore(Chore::FinishLog));
    }

    /// Takes nothing more; the thread ends after what waits. `tidy`: it also leaves a file without loose ends.
    pub(crate) fn stop(&self, tidy: bool) {
        self.shared.tidy.fetch_or(tidy, Ordering::Release);
        self.shared.queue.close();
    }

    fn hand_in<T: Send + 'static>(&self, job: impl FnOnce(AnswerSender<T>) -> Job) -> StoreFuture<'static, T> {
        let (answer, answered) = oneshot::channel();
        if self.shared.queue.put(job(answer)).is_err() {
            return Box::pin(std::future::ready(Err(StoreError::Busy)));
        }
        Box::pin(async { answered.await.unwrap_or_else(|_| Err(StoreError::message("the writer stopped"))) })
    }
}
