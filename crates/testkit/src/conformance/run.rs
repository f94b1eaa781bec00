//! Running one case.

use std::time::Duration;

use futures::future::BoxFuture;

use super::{CASES, Fixture};

/// Longer than any case takes on a busy machine: what is not done by then hangs.
const PATIENCE: Duration = Duration::from_secs(600);

/// Runs the case of this name against a fresh store.
///
/// # Panics
/// When the store breaks the rule, or does not answer.
pub fn run<F>(make: F, name: &str)
where
    F: Fn() -> BoxFuture<'static, Box<dyn Fixture>>,
{
    let case = CASES.iter().find(|case| case.name == name).expect("a case of the list");
    runtime().block_on(async {
        let mut fixture = make().await;
        let done = tokio::time::timeout(PATIENCE, (case.run)(&mut *fixture)).await;
        assert!(done.is_ok(), "{name}: no answer after {PATIENCE:?}");
    });
}

/// Two threads: enough for tasks to run truly at once.
pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
