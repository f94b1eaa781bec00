//! When tokens were last used is written behind the uses.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Jeton;
use tokio::time::{sleep, timeout};

/// Between two writings, unless there are very many uses.
const REST: Duration = Duration::from_secs(5);
/// After a failure.
const RESPITE: Duration = Duration::from_secs(10);

/// Writes until the process ends; the ledger writes the rest when it closes.
pub(super) async fn run(jeton: Arc<Jeton>) {
    loop {
        let _ = timeout(REST, jeton.ledger.uses().crowded()).await;
        if let Err(error) = jeton.ledger.uses().flush().await {
            tracing::warn!(%error, "cannot record when tokens were used; trying again");
            sleep(RESPITE).await;
        }
    }
}
