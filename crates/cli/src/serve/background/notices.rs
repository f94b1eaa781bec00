//! Clients are told of sessions that ended.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Ledger;
use tokio::time::{Instant, sleep};

/// How long a notice of another node, or one to be tried again, may lie.
const REST: Duration = Duration::from_secs(5);
/// Between two pages of sessions that are looked through.
const ROUND: Duration = Duration::from_secs(60);

/// Tells for ever.
pub(super) async fn run(ledger: Arc<Ledger>) {
    let (mut looked, mut after) = (Instant::now(), 0);
    loop {
        tokio::select! {
            () = ledger.notices_waiting() => {}
            () = sleep(REST) => {}
        }
        if let Err(error) = ledger.deliver_notices().await {
            tracing::warn!(%error, "cannot tell clients of ended sessions; trying again");
        }
        if looked.elapsed() >= ROUND {
            looked = Instant::now();
            match ledger.tidy_sessions(after).await {
                Ok(next) => after = next.unwrap_or_default(),
                Err(error) => tracing::warn!(%error, "cannot look through sessions; trying again"),
            }
        }
    }
}
