//! Ended rows go in bounded steps.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Jeton;
use tokio::time::sleep;

use crate::metrics::Metrics;

/// Rows that one step removes at most: about a millisecond of the writer.
const STEP: u32 = 1000;
/// Between two steps when there was nothing more to remove.
const REST: Duration = Duration::from_secs(1);
/// Between two steps while there is more: 20,000 rows a second, above any rate at which they end.
const BREATH: Duration = Duration::from_millis(50);
/// After a failure.
const RESPITE: Duration = Duration::from_secs(10);

/// Removes expired rows until the process ends.
pub(super) async fn run(jeton: Arc<Jeton>, metrics: Arc<Metrics>) {
    loop {
        sleep(REST).await;
        loop {
            match jeton.ledger.sweep(STEP).await {
                Ok(removed) => {
                    metrics.swept(removed);
                    if removed < u64::from(STEP) {
                        break;
                    }
                    sleep(BREATH).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot remove ended rows; trying again");
                    sleep(RESPITE).await;
                }
            }
        }
    }
}
