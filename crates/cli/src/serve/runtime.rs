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

/// A runtime with one worker for each processor, unless said otherwise. From then on a file at its largest size is an error to who
/// writes it, and not the end of the process.
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
