//! The limit on parallel requests.

use std::sync::Arc;

use jeton_model::outbound::{OutboundError, Reach};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Parallel requests to clients' URLs, and as many again to the operator's.
const AT_ONCE: usize = 32;

/// Places for requests under way. Strangers cannot take the operator's.
pub(crate) struct Gate {
    strangers: Arc<Semaphore>,
    operator: Arc<Semaphore>,
}

/// A slot; shared with work that outlives its request.
pub(crate) type Slot = Arc<OwnedSemaphorePermit>;

impl Gate {
    pub(crate) fn new() -> Self {
        Self { strangers: Arc::new(Semaphore::new(AT_ONCE)), operator: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Waits for a place.
    pub(crate) async fn enter(&self, reach: Reach) -> Result<Slot, OutboundError> {
        let places = match reach {
            Reach::Stranger => &self.strangers,
            Reach::Operator => &self.operator,
        };
        let place = Arc::clone(places).acquire_owned().await;
        place.map(Arc::new).map_err(|_| OutboundError::Unreachable("the process is ending".to_owned()))
    }
}
