//! A file in the telephones' place, for development and tests: a line for each message, its owner's alone.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use futures::future::BoxFuture;
use jeton_core::Secret;
use jeton_core::confirmation::{Message, SendError, Sender};

pub(super) struct File {
    pub(super) path: PathBuf,
}

impl Sender for File {
    fn send(&self, message: Message) -> BoxFuture<'static, Result<(), SendError>> {
        let path = self.path.clone();
        let text = message.text.expose().replace(['\n', '\r'], " ");
        let line = Secret::new(format!("{} {text}\n", message.to.as_str()));
        Box::pin(async move {
            let written = tokio::task::spawn_blocking(move || {
                let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
                file.write_all(line.expose().as_bytes())
            });
            let failed = |error: std::io::Error| SendError(format!("`sms.file`: {error}"));
            written.await.map_err(|error| failed(std::io::Error::other(error)))?.map_err(failed)
        })
    }
}
