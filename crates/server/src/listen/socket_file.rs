//! The file of a Unix socket: accessible by its owner only, never taken from another process, removed at the stop.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use super::ListenError;

/// The file of a listening socket; removed when it is dropped, if it is still the one we made.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    /// Device and inode.
    identity: (u64, u64),
}

impl SocketFile {
    /// Listens at the path with mode 0600, and replaces a socket on which no process answers.
    pub(super) async fn bind(path: &Path) -> Result<(UnixListener, Self), ListenError> {
        make_way(path).await?;
        listen(path).map_err(|source| ListenError::Unix { path: path.to_owned(), source })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|found| found == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether a socket may be created at the path: an existing file is replaced only if it is a socket on which no process
/// answers.
async fn make_way(path: &Path) -> Result<(), ListenError> {
    match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(found) if !found.file_type().is_socket() => Err(ListenError::NotASocket { path: path.to_owned() }),
        Ok(_) => match UnixStream::connect(path).await {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
            Err(source) => Err(ListenError::Unix { path: path.to_owned(), source }),
            Ok(_) => Err(ListenError::InUse { path: path.to_owned() }),
        },
    }
}

/// A socket is born with the mode that the umask leaves. So it is born in a folder that only its owner can enter, and
/// moved to its place, over a stale one, when its mode is right.
fn listen(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
    let folder = path.with_file_name(format!(".s{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    let born = folder.join("s");
    let moved = UnixListener::bind(&born).and_then(|listener| {
        fs::set_permissions(&born, fs::Permissions::from_mode(0o600))?;
        let identity = identity(&born)?;
        fs::rename(&born, path)?;
        Ok((listener, SocketFile { path: path.to_owned(), identity }))
    });
    let _ = fs::remove_dir_all(&folder);
    moved
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|found| (found.dev(), found.ino()))
}
