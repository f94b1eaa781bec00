//! What runs beside the requests; it ends with the server.

mod follow;
mod notices;
mod reload;
mod suspensions;
mod sweep;
mod unused;
mod uses;

use std::sync::Arc;

use tokio::signal::unix::Signal;
use tokio::task::JoinSet;

pub(super) use reload::Reload;

use super::Node;
use crate::metrics::Metrics;

/// Starts everything; dropping the set ends it.
pub(super) fn start(node: &Node, metrics: &Arc<Metrics>, reload: Reload, hangup: Option<Signal>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(sweep::run(Arc::clone(&node.ledger), Arc::clone(metrics)));
    tasks.spawn(unused::run(Arc::clone(&node.ledger)));
    tasks.spawn(suspensions::run(Arc::clone(&node.ledger)));
    tasks.spawn(uses::run(Arc::clone(&node.ledger)));
    tasks.spawn(notices::run(Arc::clone(&node.ledger)));
    if let Some(hangup) = hangup {
        tasks.spawn(reload.run(Arc::clone(&node.ledger), hangup));
    }
    if node.store.is_shared() {
        tasks.spawn(follow::run(Arc::clone(&node.ledger)));
    }
    tasks
}
