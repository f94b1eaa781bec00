//! Keeps an eye on how long the write-ahead log is.

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB};

use crate::connection::PAGE_SIZE;

/// Commits between two looks.
const EVERY: u32 = 32;

/// Signals when the log is long enough to be copied.
pub(super) struct LogWatch {
    ring: Box<dyn Fn() + Send>,
    commits: u32,
    pages: i32,
}

impl LogWatch {
    /// A watch that calls `ring` when there are more than `mib` MiB.
    pub(super) fn new(mib: u32, ring: Box<dyn Fn() + Send>) -> Self {
        let pages = i32::try_from(u64::from(mib) * 1024 * 1024 / u64::from(PAGE_SIZE)).unwrap_or(i32::MAX);
        Self { ring, commits: 0, pages: pages.max(1) }
    }

    /// Another commit was made.
    pub(super) fn committed(&mut self, connection: &Connection) {
        self.commits += 1;
        if self.commits < EVERY {
            return;
        }
        self.commits = 0;
        if connection.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::NOOP).is_ok_and(|(log, _)| log > self.pages) {
            (self.ring)();
        }
    }
}
