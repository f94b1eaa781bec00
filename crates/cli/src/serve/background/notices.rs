//! Clients are notified of ended sessions.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Jeton;
use jeton_core::logout::ClientGroup;
use tokio::time::{Instant, sleep};

/// How long a notice of another node, or one to be repeated, may wait.
const REST: Duration = Duration::from_secs(5);
/// Between two pages of sessions that are looked through.
const ROUND: Duration = Duration::from_secs(60);

/// Delivers notices until the process ends.
pub(super) async fn run(jeton: Arc<Jeton>) {
    // Clients that do not answer take long; others do not wait for them.
    tokio::join!(answering(&jeton), failing(&jeton));
}

async fn failing(jeton: &Jeton) {
    loop {
        sleep(REST).await;
        deliver(jeton, ClientGroup::Failing).await;
    }
}

async fn deliver(jeton: &Jeton, group: ClientGroup) {
    if let Err(error) = jeton.oauth.deliver_in(group).await {
        tracing::warn!(%error, "cannot notify clients of ended sessions; trying again");
    }
}

async fn answering(jeton: &Jeton) {
    let (mut looked, mut after) = (Instant::now(), 0);
    loop {
        tokio::select! {
            () = jeton.oauth.notices_waiting() => {}
            () = sleep(REST) => {}
        }
        deliver(jeton, ClientGroup::Answering).await;
        if looked.elapsed() >= ROUND {
            looked = Instant::now();
            match jeton.oauth.tidy_sessions(after).await {
                Ok(next) => after = next.unwrap_or_default(),
                Err(error) => tracing::warn!(%error, "cannot look through sessions; trying again"),
            }
        }
    }
}
