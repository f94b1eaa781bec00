//! Many callers at the same moment.

use std::future::Future;
use std::sync::Arc;

use jeton_core::store::{Command, Outcome};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::probe::Probe;

/// Runs a task per item, all released at once; what each returned, in the order of the items.
pub(super) async fn together<I, T, F>(items: impl IntoIterator<Item = I>, task: impl Fn(I) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<F> = items.into_iter().map(task).collect();
    let start = Arc::new(Barrier::new(tasks.len().max(1)));
    let mut running = JoinSet::new();
    for (n, task) in tasks.into_iter().enumerate() {
        let start = Arc::clone(&start);
        running.spawn(async move {
            start.wait().await;
            (n, task.await)
        });
    }
    let mut done = running.join_all().await;
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Applies all commands at once.
pub(super) async fn apply(probe: &Probe, commands: impl IntoIterator<Item = Command>) -> Vec<Outcome> {
    together(commands, |command| {
        let probe = probe.clone();
        async move { probe.apply(command).await.expect("an outcome") }
    })
    .await
}

/// Which of them were done.
pub(super) fn winners(outcomes: &[Outcome]) -> Vec<usize> {
    let done = |(n, outcome): (usize, &Outcome)| matches!(outcome, Outcome::Done { .. }).then_some(n);
    outcomes.iter().enumerate().filter_map(done).collect()
}
