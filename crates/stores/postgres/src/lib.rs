//! The shared store: any number of nodes on one PostgreSQL, or on an engine that speaks its protocol.
//!
//! Commands that arrive while a commit runs are collected and applied as one transaction (`write`); point reads are
//! collected the same way (`read::points`); changes of other nodes are read with a cursor (`feed`). Nothing here needs
//! advisory locks, notifications or gapless sequences.

mod chance;
mod failure;
mod fault;
mod feed;
mod installation;
mod link;
mod migrate;
mod name_keys;
mod open;
mod pulse;
mod queue;
mod read;
mod records;
mod security;
mod store;
mod sweep;
mod tally;
mod tls;
mod write;

pub use open::{OpenError, Options};
pub use store::PostgresStore;
