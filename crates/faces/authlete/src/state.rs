//! The state of every handler.

use std::sync::Arc;

use jeton_core::backend::Backend;

/// The backend.
#[derive(Clone)]
pub struct AuthleteState {
    /// The backend.
    pub backend: Arc<Backend>,
}
