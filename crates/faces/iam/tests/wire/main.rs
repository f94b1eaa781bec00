//! INDIGO IAM's token administration on the wire: requests in, status, headers and bodies out. The check list of
//! `docs/contracts/indigo-iam.md` section 11 is here, points 1 to 6 and 9;
//! `grid/` has INDIGO IAM's names for OAuth's endpoints.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod active;
mod callers;
mod clients;
mod grid;
mod iam;
mod lists;
mod objects;
mod own;
mod people;
mod policies;
mod revocation;
mod rights;
mod values;
