//! What it takes to open the store.

mod error;
mod explain;
mod options;
mod parameters;
mod place;
#[cfg(test)]
mod place_tests;
mod security;

pub use error::OpenError;
pub use options::Options;
pub(crate) use place::{Place, Target, Way};
