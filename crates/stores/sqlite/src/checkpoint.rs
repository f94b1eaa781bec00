//! Copies the write-ahead log into the database file, off the commit path.
//!
//! While the writer works, this thread copies what was committed so far; each round leaves less. When little is left it
//! asks the writer to copy the rest between two commits: only then can the log start again, so that it does not grow
//! without bound under continuous load.

use std::path::Path;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use jeton_model::WorkerLoss;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB};

use crate::OpenError;
use crate::connection::{self, Role};
use crate::queue::Queue;
use crate::writer::Writer;

/// The thread's name.
const NAME: &str = "jeton-log";

/// Pages that the writer may copy itself: 1 MiB.
const FEW: i32 = 256;

/// Rounds before it waits for the next signal, however much is left: a long read retains pages.
const ROUNDS: u32 = 4;

/// The bell that wakes the checkpointer. Ringing it twice is ringing it once.
#[derive(Clone)]
pub(crate) struct Bell(Arc<Queue<()>>);

impl Bell {
    /// A signal without a listener yet.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Queue::new(1)))
    }

    /// Wakes it.
    pub(crate) fn ring(&self) {
        let _ = self.0.put(());
    }

    /// Ends it.
    pub(crate) fn stop(&self) {
        self.0.close();
    }

    /// Starts the thread that waits for the signal; it returns its connection when it ends.
    pub(crate) fn answer(
        &self,
        path: &Path,
        writer: Writer,
        loss: WorkerLoss,
    ) -> Result<JoinHandle<Connection>, OpenError> {
        let failed = |source| OpenError::Engine { path: path.to_owned(), source };
        let connection = connection::open(path, Role::Checkpointer).map_err(|e| failed(e.into()))?;
        let bell = Arc::clone(&self.0);
        let listen = move || {
            loss.guard(NAME, || {
                let mut rings = Vec::new();
                while bell.take(&mut rings, 1, None) != crate::queue::Taken::Closed {
                    rings.clear();
                    copy(&connection, &writer);
                }
            });
            connection
        };
        Builder::new().name(NAME.to_owned()).spawn(listen).map_err(|e| failed(e.into()))
    }
}

fn copy(connection: &Connection, writer: &Writer) {
    for _ in 0..ROUNDS {
        match connection.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::PASSIVE) {
            Ok((log, copied)) if log - copied <= FEW => return writer.finish_log(),
            Ok(_) => {}
            Err(error) => return tracing::warn!(%error, "the log could not be copied"),
        }
    }
}
