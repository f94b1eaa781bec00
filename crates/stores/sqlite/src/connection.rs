//! Connections and how they are set.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one that writes.
    Writer,
    /// Copies the log back into the file.
    Checkpointer,
    /// Look-ups and lists.
    Reader,
}

/// Opens one. The file exists.
pub(crate) fn open(path: &Path, role: Role) -> rusqlite::Result<Connection> {
    let access = match role {
        Role::Reader => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Role::Writer | Role::Checkpointer => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    // Each connection belongs to one thread, so SQLite need not lock it.
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // Only a person's own tool can hold a lock that long: this process has one writer, and no other process can open
    // the file.
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    // FULL: a commit is on the disk before it is answered; for the checkpointer: the file is, before the log is reused.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // macOS: an ordinary sync leaves data in the drive's memory. No effect elsewhere.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib(role)))?;
    Ok(connection)
}

/// Sets what is stored in the file itself. Called after the file is known to be Jeton's.
pub(crate) fn take_over(connection: &Connection) -> rusqlite::Result<()> {
    // The page size has an effect only before the first table; an existing file keeps its page size.
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "journal_size_limit", LOG_KEPT)
}

/// Bytes of a page of the file.
pub(crate) const PAGE_SIZE: u32 = 4096;

/// Bytes of the log's file that stay on the disk to be written over, which costs less than growing it again.
const LOG_KEPT: u32 = 96 << 20;

/// The maximum of cached pages per connection in KiB. Small: the system caches the file too, and idle memory matters.
const fn cache_kib(role: Role) -> u32 {
    match role {
        Role::Writer => 4096,
        Role::Checkpointer => 64,
        Role::Reader => 1024,
    }
}
