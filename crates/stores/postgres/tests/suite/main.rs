//! The store against a real PostgreSQL, which all of these tests share.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests stop where something is wrong"
)]

mod batches;
mod conformance;
mod nodes;
mod open;
mod plans;
mod support;
mod tally;
mod worker;
