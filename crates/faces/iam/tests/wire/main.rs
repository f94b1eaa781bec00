//! The token administration as INDIGO IAM's clients meet it: requests in, status, headers and bodies out. The check list of
//! `docs/contracts/indigo-iam.md` section 11 is here, points 1 to 6 and 9.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod callers;
mod clients;
mod house;
mod lists;
mod objects;
mod own;
mod people;
mod policies;
mod revocation;
mod rights;
mod values;
