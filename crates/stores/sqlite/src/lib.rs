//! The embedded store: one SQLite file, one writer, group commit.
//!
//! One thread writes: it takes all waiting commands, applies them in one transaction with one sync, and answers each. A
//! few threads read. The tables for lists are written after the commits, and a separate thread copies the write-ahead
//! log into the database file, so that neither is on the path of a commit.

mod checkpoint;
mod connection;
mod fault;
mod lock;
mod migrate;
mod name_keys;
mod open_error;
mod options;
mod prepare;
mod queue;
mod reader;
mod rows;
mod single_use_tail;
mod stopwatch;
mod store;
mod transaction;
mod writer;

pub use open_error::OpenError;
pub use options::Options;
pub use store::SqliteStore;
