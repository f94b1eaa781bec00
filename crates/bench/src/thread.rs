//! A thread and a single-threaded runtime for one piece of work.

use std::future::Future;

use anyhow::{Context as _, anyhow};

/// Runs `work` in a thread of its own, on a runtime that never leaves that thread, and waits for it.
///
/// A separate thread, because the caller may be in a runtime already; a runtime of one thread, because the load shares
/// the machine with the server it measures: connections then need no locks and no wake-ups between cores.
pub(crate) fn alone<W, F, T>(work: W) -> anyhow::Result<T>
where
    W: FnOnce() -> F + Send + 'static,
    F: Future<Output = anyhow::Result<T>>,
    T: Send + 'static,
{
    std::thread::Builder::new()
        .name("bench-load".to_owned())
        .spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build_local(Default::default())
                .context("cannot start a runtime")?
                .block_on(work())
        })
        .context("cannot start a thread")?
        .join()
        .map_err(|_| anyhow!("the load thread panicked"))?
}
