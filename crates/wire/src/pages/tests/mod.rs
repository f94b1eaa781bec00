//! The guarantees of the pages' frame.

mod names;
mod targets;
