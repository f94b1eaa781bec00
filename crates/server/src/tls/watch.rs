//! Certificates that are replaced on disk are noticed by looking now and then.

use std::sync::Arc;

use super::stamps::FileStamps;
use super::{TlsError, TlsReloader};

/// Looks whether the files of a listener were replaced, and reads them again if so.
///
/// Certificate and key are two files, and a look may come between the two. So what has changed is read when a second look
/// finds it as the first did.
#[derive(Debug)]
pub struct TlsWatch {
    tls: Arc<TlsReloader>,
    seen: FileStamps,
    /// What could not be used; it is not tried again.
    refused: Option<FileStamps>,
}

impl TlsWatch {
    /// Begins with what the listener has now.
    #[must_use]
    pub fn new(tls: Arc<TlsReloader>) -> Self {
        Self { seen: tls.current().stamps().clone(), tls, refused: None }
    }

    /// Looks once. Whether new connections get another certificate from now on. Blocking: it asks the file system.
    ///
    /// # Errors
    ///
    /// The files were replaced and cannot be used; the current settings stay. Said once for each change.
    pub fn look(&mut self) -> Result<bool, TlsError> {
        let found = self.tls.stamps();
        let settled = found == self.seen;
        self.seen = found;
        let known = self.tls.current().stamps() == &self.seen || self.refused.as_ref() == Some(&self.seen);
        if !settled || known {
            return Ok(false);
        }
        match self.tls.reload() {
            Ok(()) => {
                self.refused = None;
                Ok(true)
            }
            Err(error) => {
                self.refused = Some(self.seen.clone());
                Err(error)
            }
        }
    }
}
