//! The threads.

use std::num::NonZero;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::exit::{Done, Failure};

/// The maximum number of threads for blocking work: password hashes, file reads. They are created when needed.
const BLOCKING: usize = 64;

/// How long such a thread stays idle. A password hash leaves 19 MiB, which the allocator returns to the system when the
/// thread ends, if they have been free for a second by then.
const KEEP: Duration = Duration::from_secs(2);

/// A runtime with one worker per processor by default. From then on, a write to a file at its maximum size is an error
/// and does not end the process.
pub(crate) fn runtime(workers: Option<usize>) -> Done<Runtime> {
    let workers = workers.unwrap_or_else(processors).max(1);
    let failed = |error| Failure::failed(format_args!("cannot start threads: {error}"));
    let runtime = Builder::new_multi_thread()
        .worker_threads(workers)
        .max_blocking_threads(BLOCKING)
        .thread_keep_alive(KEEP)
        .enable_all()
        .build()
        .map_err(failed)?;
    let entered = runtime.enter();
    jeton_server::survive_file_size_limit().map_err(failed)?;
    drop(entered);
    Ok(runtime)
}

/// How many processors this process may use.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
