//! How many files and sockets the process may have open, and how large files may be.

use std::io;

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

/// Raises the limit to what the system allows the process at most. What it is then; `None`: there is none.
pub fn raise_open_files() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        // Where the system refuses, the old limit stays, and fewer connections are served.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
    getrlimit(Resource::Nofile).current
}

/// Makes a write beyond the maximum file size (`ulimit -f`, systemd's `LimitFSIZE=`) fail with an error, as on a full
/// disk, instead of ending the process by a signal. Effective until the process ends. Call it within a runtime.
///
/// # Errors
/// When the system does not allow it.
pub fn survive_file_size_limit() -> io::Result<()> {
    // The handler stays registered when its receiver is dropped.
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}

/// So many of these connections as there are descriptors for, when the store and others have theirs: three quarters.
pub(super) fn affordable(connections: usize) -> usize {
    let descriptors = getrlimit(Resource::Nofile).current.and_then(|limit| usize::try_from(limit).ok());
    match descriptors {
        Some(descriptors) => connections.min(descriptors / 4 * 3).max(1),
        None => connections,
    }
}
