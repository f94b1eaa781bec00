//! Every face on one ledger: what one issues the others list and end.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod backend;
mod broken;
mod changes;
mod faces;
mod logged;
mod pairs;
mod rights;
mod robot;
mod sequences;
mod unavailable;
mod uses;
