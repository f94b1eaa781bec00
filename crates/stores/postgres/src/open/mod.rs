//! What it takes to open the store.

mod database;
mod error;
mod explain;
mod options;
mod parameters;
#[cfg(test)]
mod place_tests;
mod security;

pub(crate) use database::{Database, Target, Way};
pub use error::OpenError;
pub use options::Options;
