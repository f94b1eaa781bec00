//! How many files and sockets the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit to what the system allows the process at most. What it is then; `None`: there is none.
pub fn raise_open_files() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        // Where the system refuses, the old limit stays, and fewer connections are served.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
    getrlimit(Resource::Nofile).current
}

/// So many of these connections as there are descriptors for, when the store and others have theirs: three quarters.
pub(super) fn affordable(connections: usize) -> usize {
    let descriptors = getrlimit(Resource::Nofile).current.and_then(|limit| usize::try_from(limit).ok());
    match descriptors {
        Some(descriptors) => connections.min(descriptors / 4 * 3).max(1),
        None => connections,
    }
}
