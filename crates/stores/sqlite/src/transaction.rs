//! Beginning and ending transactions, with prepared statements.

use rusqlite::Connection;

/// Begins one that writes.
pub(crate) fn begin(connection: &Connection) -> rusqlite::Result<()> {
    run(connection, "BEGIN IMMEDIATE")
}

/// Makes it durable.
pub(crate) fn commit(connection: &Connection) -> rusqlite::Result<()> {
    run(connection, "COMMIT")
}

/// Whether commits from here on wait for the disk.
///
/// A commit that does not wait becomes durable with the next one that does: the log is one sequence, and a sync
/// includes everything before it. A power cut may undo only what was not acknowledged.
pub(crate) fn sync_commits(connection: &Connection, yes: bool) -> rusqlite::Result<()> {
    connection.execute_batch(if yes { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" })
}

/// Undoes it, if the engine has not done so already.
pub(crate) fn roll_back(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() { Ok(()) } else { run(connection, "ROLLBACK") }
}

/// Begins a part that can be undone by itself.
pub(crate) fn begin_part(connection: &Connection) -> rusqlite::Result<()> {
    run(connection, "SAVEPOINT part")
}

/// Ends the part.
pub(crate) fn end_part(connection: &Connection) -> rusqlite::Result<()> {
    run(connection, "RELEASE part")
}

/// Undoes the part and ends it.
pub(crate) fn undo_part(connection: &Connection) -> rusqlite::Result<()> {
    run(connection, "ROLLBACK TO part")?;
    end_part(connection)
}

fn run(connection: &Connection, words: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(words)?.execute([]).map(drop)
}
