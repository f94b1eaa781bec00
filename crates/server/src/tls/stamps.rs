//! What tells a replaced file from the one before, without reading it.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The files of a listener as they were at one moment. Symbolic links are followed, so that a link that leads elsewhere is
/// a change, as are a new owner or mode: they can make an unreadable file readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileStamps(Vec<Option<Stamp>>);

/// One file; where there is none, none is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    /// Seconds and nanoseconds of the last change of content, owner or mode.
    changed: (i64, i64),
}

impl FileStamps {
    /// Blocking: it asks the file system.
    pub(super) fn of<'a>(files: impl Iterator<Item = &'a Path>) -> Self {
        let stamp = |path: &Path| {
            let found = path.metadata().ok()?;
            let changed = (found.ctime(), found.ctime_nsec());
            Some(Stamp { device: found.dev(), inode: found.ino(), size: found.size(), changed })
        };
        Self(files.map(stamp).collect())
    }
}
