//! Suspended tokens are revoked when the time to undo it is over.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Jeton;
use tokio::time::sleep;

/// Between two looks: how late tokens may be revoked that are not good anyway.
const REST: Duration = Duration::from_secs(1);
/// After a failure.
const RESPITE: Duration = Duration::from_secs(10);

/// Checks until the process ends.
pub(super) async fn run(jeton: Arc<Jeton>) {
    loop {
        tokio::select! {
            () = jeton.administration.suspensions.waiting() => {}
            () = sleep(REST) => {}
        }
        match jeton.administration.suspensions.end_due().await {
            Ok(0) => {}
            Ok(finished) => tracing::info!(finished, "suspended tokens were revoked for good"),
            Err(error) => {
                tracing::warn!(%error, "cannot revoke suspended tokens; trying again");
                sleep(RESPITE).await;
            }
        }
    }
}
