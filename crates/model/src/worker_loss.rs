//! What happens when a worker that the process depends on panics.
//!
//! A store writes through its own threads or tasks. If one of them is gone, every request that needs it would wait
//! without end while the process looks healthy. Ending the process at once is safe, since everything acknowledged is on
//! disk, and a supervisor can start a new one.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use futures::FutureExt as _;

/// Called with the name of the worker that panicked. [`Default`] logs a line and aborts the process.
#[derive(Clone)]
pub struct WorkerLoss(Arc<dyn Fn(&str) + Send + Sync>);

impl WorkerLoss {
    /// Another handler than the default: one that writes out the log before it aborts, for one.
    pub fn new(handler: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(handler))
    }

    /// Runs the work of a thread. A panic calls the handler; if that returns, the panic continues.
    pub fn guard<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        // The state of the work is never used again: its owner unwinds with it.
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            (self.0)(name);
            resume_unwind(panic)
        })
    }

    /// The same for a task. A task that is dropped before it ends, as at a stop, is not a loss.
    pub async fn guard_task<T>(self, name: &'static str, work: impl Future<Output = T>) -> T {
        AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
            (self.0)(name);
            resume_unwind(panic)
        })
    }

    /// Writes the line that says why the process ends. A handler calls it before it aborts.
    pub fn log(name: &str) {
        tracing::error!(worker = name, "a worker that Jeton depends on has ended, so the process ends now");
    }
}

impl Default for WorkerLoss {
    fn default() -> Self {
        Self::new(|name| {
            Self::log(name);
            std::process::abort()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::{Arc, Mutex};

    use futures::FutureExt as _;

    use super::WorkerLoss;

    fn recorded() -> (WorkerLoss, Arc<Mutex<Vec<String>>>) {
        let names = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&names);
        (WorkerLoss::new(move |name| seen.lock().unwrap().push(name.to_owned())), names)
    }

    #[test]
    fn a_panicking_worker_is_reported_and_one_that_ends_is_not() {
        let (loss, names) = recorded();
        assert_eq!(loss.guard("quiet", || 1), 1);
        assert!(catch_unwind(AssertUnwindSafe(|| loss.guard("thread", || panic!("lost")))).is_err());
        assert_eq!(loss.clone().guard_task("quiet", async { 2 }).now_or_never(), Some(2));
        let task = loss.clone().guard_task("task", async { panic!("lost") });
        assert!(catch_unwind(AssertUnwindSafe(|| task.now_or_never())).is_err());
        assert_eq!(*names.lock().unwrap(), ["thread", "task"]);
    }
}
