//! The property: a store and the model that are told the same things answer the same and end the same.
//!
//! A run is a short list of [`Step`]s over so small a universe of numbers and names that commands meet all the time.
//! Commands given together may be applied in any order, but in some order: the model tries them all.

mod check;
mod lower;
mod step;

use futures::future::BoxFuture;
use proptest::test_runner::{Config, TestRunner};

use super::Fixture;
use super::run::runtime;
use step::Step;

/// Runs `cases` random lists of steps, each against a fresh store; the shortest one that fails is shown.
///
/// The environment variables of proptest apply (`PROPTEST_CASES` multiplies nothing: `cases` counts;
/// `PROPTEST_RNG_SEED` repeats a run).
///
/// # Panics
/// When the store and the model differ.
pub fn property<F>(make: F, cases: u32)
where
    F: Fn() -> BoxFuture<'static, Box<dyn Fixture>>,
{
    let config = Config { cases, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let runtime = runtime();
    let run = |steps: Vec<Step>| {
        runtime.block_on(async { check::run(&mut *make().await, &steps).await });
        Ok(())
    };
    if let Err(error) = TestRunner::new(config).run(&step::steps(), run) {
        panic!("{error}");
    }
}
