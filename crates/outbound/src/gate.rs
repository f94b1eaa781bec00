//! The limit on parallel requests.

use std::sync::Arc;

use jeton_model::outbound::{OutboundError, UrlTrust};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Parallel requests to clients' URLs, and as many again to the operator's.
const AT_ONCE: usize = 32;
/// Parallel requests to URLs of strangers.
const OF_STRANGERS: usize = 8;

/// Slots for requests in progress. Untrusted URLs have their own, so they cannot take the
/// operator's, and so have those of strangers.
pub(crate) struct Gate {
    untrusted: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    operator: Arc<Semaphore>,
}

/// A slot; shared with work that outlives its request.
pub(crate) type Slot = Arc<OwnedSemaphorePermit>;

impl Gate {
    pub(crate) fn new() -> Self {
        let places = |most| Arc::new(Semaphore::new(most));
        Self { untrusted: places(AT_ONCE), strangers: places(OF_STRANGERS), operator: places(AT_ONCE) }
    }

    /// Waits for a place.
    pub(crate) async fn enter(&self, trust: UrlTrust) -> Result<Slot, OutboundError> {
        let places = match trust {
            UrlTrust::Untrusted => &self.untrusted,
            UrlTrust::Stranger => &self.strangers,
            UrlTrust::Operator => &self.operator,
        };
        let place = Arc::clone(places).acquire_owned().await;
        place.map(Arc::new).map_err(|_| OutboundError::Unreachable("the process is ending".to_owned()))
    }
}
