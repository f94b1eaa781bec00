//! Removal of unused clients of open registration.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Jeton;
use tokio::time::sleep;

/// Between two looks: a client may live that much longer than it should.
const REST: Duration = Duration::from_mins(1);

/// Checks until the process ends.
pub(super) async fn run(jeton: Arc<Jeton>) {
    loop {
        sleep(REST).await;
        match jeton.oauth.end_unused_clients().await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "unused clients of open registration were removed"),
            Err(error) => tracing::warn!(%error, "cannot remove unused clients; trying again"),
        }
    }
}
