//! Running one case, and all of them as tests.

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

/// One `#[test]` for each case, in a module for each subject; `$make` makes a fresh fixture.
#[macro_export]
macro_rules! conformance_suite {
    ($make:ident) => {
        $crate::conformance_cases!($crate::conformance_tests, [$make]);
    };
}

/// The tests themselves.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    ([$make:ident] $($subject:ident { $($rule:ident,)* })*) => {$(
        mod $subject {$(
            #[test]
            fn $rule() {
                $crate::conformance::run(super::$make, concat!(stringify!($subject), "::", stringify!($rule)));
            }
        )*}
    )*};
}
