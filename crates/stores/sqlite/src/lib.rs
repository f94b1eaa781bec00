//! The embedded store: one SQLite file, one writer, group commit.
//!
//! One thread writes: it takes all commands that wait, applies them in one transaction with one sync, and answers each.
//! A few threads read. What lists need is filled behind the writes, and the write-ahead log is copied back into the file
//! by a thread of its own, so that neither is ever on the path of a commit.

mod checkpoint;
mod connection;
mod fault;
mod lock;
mod migrate;
mod once_tail;
mod open_error;
mod options;
mod prepare;
mod queue;
mod reader;
mod rows;
mod stopwatch;
mod store;
mod transaction;
mod writer;

pub use open_error::OpenError;
pub use options::Options;
pub use store::SqliteStore;
