//! The property: a store and the model that get the same commands return the same outcomes and end in the same state.
//!
//! A run is a short list of [`Step`]s over so few numbers and names that commands often conflict. Concurrent commands
//! may be applied in any order, but in some order: the model tries them all.

mod apart;
mod check;
mod checked;
mod explain;
mod lower;
mod step;

use futures::future::BoxFuture;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::Fixture;
use super::run::runtime;
use step::Step;

/// Runs `cases` random lists of steps, each against a fresh store; the shortest one that fails is shown.
///
/// `PROPTEST_RNG_SEED` repeats a run, `PROPTEST_CASES` makes it longer.
///
/// # Panics
/// When the store and the model differ.
pub fn property<F>(make: F, cases: u32)
where
    F: Fn() -> BoxFuture<'static, Box<dyn Fixture>>,
{
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let config =
        Config { cases: asked.unwrap_or(cases), max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let runtime = runtime();
    let run = |steps: Vec<Step>| {
        let checked = runtime.block_on(async { check::run(&mut *make().await, &steps).await });
        checked.map_err(TestCaseError::fail)
    };
    if let Err(error) = TestRunner::new(config).run(&step::steps(), run) {
        panic!("{error}");
    }
}
