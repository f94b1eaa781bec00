//! The store against a real PostgreSQL, which all of these tests share.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests stop where something is wrong"
)]

mod batches;
mod conformance;
mod failover;
mod hang;
mod late;
mod name_keys;
mod nodes;
mod open;
mod plans;
mod pooler;
mod rest;
mod support;
mod tally;
mod tls;
mod worker;
