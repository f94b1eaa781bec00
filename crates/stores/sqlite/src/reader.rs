//! Threads that read.

use std::path::Path;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use jeton_model::WorkerLoss;
use jeton_model::store::{StoreError, StoreFuture};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::OpenError;
use crate::connection::{self, Role};
use crate::fault::Done;
use crate::queue::{Queue, Taken};

/// Questions a thread takes at once: they share one snapshot, which costs more to open than most of them to answer.
const AT_ONCE: usize = 16;

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// A queue of reads and the threads that execute them, each with its own connection.
#[derive(Clone)]
pub(crate) struct Readers {
    queue: Arc<Queue<Question>>,
}

impl Readers {
    /// A queue for at most `waiting` reads.
    pub(crate) fn new(waiting: usize) -> Self {
        Self { queue: Arc::new(Queue::new(waiting)) }
    }

    /// Starts a thread that executes reads; it returns its connection when it ends.
    pub(crate) fn start(
        &self,
        path: &Path,
        name: &'static str,
        loss: WorkerLoss,
    ) -> Result<JoinHandle<Connection>, OpenError> {
        let failed = |source| OpenError::Engine { path: path.to_owned(), source };
        let connection = connection::open(path, Role::Reader).map_err(|e| failed(e.into()))?;
        let queue = Arc::clone(&self.queue);
        let answer = move || {
            loss.guard(name, || {
                let mut questions = Vec::new();
                while queue.take(&mut questions, AT_ONCE, None) != Taken::Closed {
                    answer_all(&connection, &mut questions);
                }
            });
            connection
        };
        Builder::new().name(name.to_owned()).spawn(answer).map_err(|e| failed(e.into()))
    }

    /// Executes a read, which sees everything that was acknowledged before.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Done<T> + Send + 'static,
    ) -> StoreFuture<'static, T> {
        let (answer, answered) = oneshot::channel();
        let question = move |connection: &Connection| {
            if !answer.is_closed() {
                let _ = answer.send(question(connection).map_err(StoreError::from));
            }
        };
        if self.queue.put(Box::new(question)).is_err() {
            return Box::pin(std::future::ready(Err(StoreError::Busy)));
        }
        Box::pin(async { answered.await.unwrap_or_else(|_| Err(StoreError::message("a reader stopped"))) })
    }

    /// Takes no more; the threads end after what waits.
    pub(crate) fn stop(&self) {
        self.queue.close();
    }
}

fn answer_all(connection: &Connection, questions: &mut Vec<Question>) {
    // A list's total and its page are two statements that must see the same state, so even a single read gets a
    // snapshot. Without the transaction each read still gets its answer, or the engine's error.
    let shared = connection.execute_batch("BEGIN").is_ok();
    questions.drain(..).for_each(|question| question(connection));
    if shared && let Err(error) = connection.execute_batch("COMMIT") {
        tracing::warn!(%error, "a snapshot could not be closed");
    }
}
