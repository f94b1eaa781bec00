//! What the other nodes changed, this one forgets.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::{Jeton, Refusal};
use tokio::time::sleep;

/// The first wait after a failure; each further one is twice as long.
const SHORTEST: Duration = Duration::from_millis(50);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(2);

/// Follows until the process ends. While it cannot, the ledger reads the store, so nothing stale is answered.
pub(super) async fn run(jeton: Arc<Jeton>) {
    let mut wait = SHORTEST;
    loop {
        match jeton.ledger.follow().await {
            Ok(_) if wait == SHORTEST => {}
            Ok(_) => {
                wait = SHORTEST;
                tracing::info!("following the other nodes again");
            }
            Err(refusal) => {
                if wait == SHORTEST {
                    tracing::warn!(error = %cause(&refusal), "cannot follow the other nodes: asking the store instead");
                }
                sleep(wait).await;
                wait = (wait * 2).min(LONGEST);
            }
        }
    }
}

fn cause(refusal: &Refusal) -> String {
    refusal.cause().unwrap_or_else(|| refusal.to_string())
}
