//! What is alive, in the order of expiry: a list for each owner, kind by kind, with counts of its stretches.
//!
//! A token is in it while its row is active and its family is not revoked, expired or not: what has expired is left out by
//! the reader, who knows the time. Written behind the commits like `token_list`; what ended meanwhile is kept in `ended`
//! until it is taken out. [`stretch`] says how a total is known without counting.

mod lane;
#[cfg(test)]
mod plans;
mod query;
mod rows;
mod stretch;
mod walk;

pub(crate) use lane::{Class, LIVING_COLUMNS, Living, Row, read};
pub(crate) use query::LiveFilter;
pub(crate) use rows::LiveRows;
