//! Authorization servers are told that a batch of tokens has ended.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Jeton;
use tokio::time::sleep;

/// Between two looks for notices.
const REST: Duration = Duration::from_secs(5);

/// Delivers notices until the process ends.
pub(super) async fn run(jeton: Arc<Jeton>) {
    loop {
        sleep(REST).await;
        if let Err(error) = jeton.backend.deliver_batch_notices().await {
            tracing::warn!(%error, "cannot tell authorization servers of batches; trying again");
        }
    }
}
