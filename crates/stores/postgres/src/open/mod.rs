//! What it takes to open the store.

mod error;
mod options;
mod place;

pub use error::OpenError;
pub use options::Options;
pub(crate) use place::Place;
