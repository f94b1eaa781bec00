//! Live tokens by expiry: a list for each owner, partitioned by kind, with counted buckets.
//!
//! A token is in it while its row is active and its family is not revoked, expired or not: the reader, who knows the
//! time, leaves out expired ones. Written after the commits like `token_list`; tokens that ended meanwhile are in
//! `ended` until they are removed from the list. [`bucket`] describes how a total is known without counting.

mod bucket;
mod partition;
#[cfg(test)]
mod plans;
mod query;
mod rows;
mod walk;

pub(crate) use partition::{Class, LIVING_COLUMNS, LiveRow, Row, read};
pub(crate) use query::LiveFilter;
pub(crate) use rows::LiveRows;
