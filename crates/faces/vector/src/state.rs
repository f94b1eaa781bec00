//! The state of every handler.

use std::sync::Arc;

use jeton_core::robots::Robots;

/// The robots.
#[derive(Clone)]
pub struct VectorState {
    /// The robots.
    pub robots: Arc<Robots>,
}
