//! Suspended tokens are revoked when the time to undo it is over.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Ledger;
use tokio::time::sleep;

/// Between two looks: how late tokens may be revoked that are not good anyway.
const REST: Duration = Duration::from_secs(1);
/// Between two commands of 256 tokens: 10,000 tokens a second, and most of the writer's time is left to others.
const BREATH: Duration = Duration::from_millis(25);
/// After a failure.
const RESPITE: Duration = Duration::from_secs(10);

/// Looks for ever.
pub(super) async fn run(ledger: Arc<Ledger>) {
    loop {
        tokio::select! {
            () = ledger.suspensions_waiting() => {}
            () = sleep(REST) => {}
        }
        match ledger.end_suspended(&|| Box::pin(sleep(BREATH))).await {
            Ok(0) => {}
            Ok(finished) => tracing::info!(finished, "suspended tokens were revoked for good"),
            Err(error) => {
                tracing::warn!(%error, "cannot revoke suspended tokens; trying again");
                sleep(RESPITE).await;
            }
        }
    }
}
