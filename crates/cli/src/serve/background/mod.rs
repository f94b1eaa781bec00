//! Background tasks; they end with the server.

mod batch_notices;
mod certificates;
mod follow;
mod notices;
mod reload;
mod suspensions;
mod sweep;
mod unused;
mod uses;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use jeton_core::Jeton;
use tokio::signal::unix::Signal;
use tokio::task::JoinSet;
use tokio::time::sleep;

pub(super) use reload::Reload;

use super::Node;
use crate::metrics::Metrics;

/// Before a task that panicked starts again.
const RESPITE: Duration = Duration::from_secs(1);

/// Starts everything; dropping the set ends it.
pub(super) fn start(node: &Node, metrics: &Arc<Metrics>, reload: Reload, hangup: Option<Signal>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let jeton = || Arc::clone(&node.jeton);
    {
        let (jeton, metrics) = (jeton(), Arc::clone(metrics));
        tasks.spawn(again("sweep", move || sweep::run(Arc::clone(&jeton), Arc::clone(&metrics))));
    }
    let mut keep = |name, task: fn(Arc<Jeton>) -> BoxFuture<'static, ()>| {
        let jeton = jeton();
        tasks.spawn(again(name, move || task(Arc::clone(&jeton))));
    };
    keep("unused", |jeton| unused::run(jeton).boxed());
    keep("suspensions", |jeton| suspensions::run(jeton).boxed());
    keep("uses", |jeton| uses::run(jeton).boxed());
    keep("notices", |jeton| notices::run(jeton).boxed());
    keep("batch_notices", |jeton| batch_notices::run(jeton).boxed());
    if node.store.is_shared() {
        keep("follow", |jeton| follow::run(jeton).boxed());
    }
    {
        let (certificates, config) = (reload.certificates.clone(), reload.started_with.clone());
        tasks.spawn(again("certificates", move || certificates::run(certificates.clone(), config.clone())));
    }
    if let Some(hangup) = hangup {
        tasks.spawn(reload.run(jeton(), hangup));
    }
    tasks
}

/// Runs a task, and once more after a panic: what one row brought about must not end the work on all others.
async fn again<F: Future<Output = ()>>(name: &'static str, task: impl Fn() -> F) {
    while AssertUnwindSafe(task()).catch_unwind().await.is_err() {
        tracing::error!(task = name, "a background task panicked; it starts again");
        sleep(RESPITE).await;
    }
}
