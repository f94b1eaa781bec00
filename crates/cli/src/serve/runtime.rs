//! The threads.

use std::num::NonZero;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::exit::{Done, Failure};

/// At most so many threads do what would block: password hashes, file reads. They are made when needed.
const BLOCKING: usize = 64;

/// How long such a thread waits for more. A password hash leaves 19 MiB behind that the allocator gives back to the system
/// when the thread ends, provided they have been free for a second by then.
const KEEP: Duration = Duration::from_secs(2);

/// A runtime with one worker for each processor, unless said otherwise.
pub(crate) fn runtime(workers: Option<usize>) -> Done<Runtime> {
    let workers = workers.unwrap_or_else(processors).max(1);
    Builder::new_multi_thread()
        .worker_threads(workers)
        .max_blocking_threads(BLOCKING)
        .thread_keep_alive(KEEP)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format_args!("cannot start threads: {error}")))
}

/// How many processors this process may use.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
