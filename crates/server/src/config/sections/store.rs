//! `[store]`: where the ledger is kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::config::SecretText;
use crate::config::duration::{self, DurationText};

/// Where the ledger is kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Store {
    /// `sqlite:FILE`, in `data_dir` unless the path is absolute, or `postgres://user:password@host:port/database`; a
    /// secret, since it may hold a password.
    #[schemars(extend("default" = "sqlite:jeton.db"))]
    pub url: SecretText,
    /// Key that seals what is kept in readable form: 32 bytes in base64. A key file in `data_dir` when not set; nodes
    /// that share a database need the same key.
    pub seal_key: Option<SecretText>,
    /// How late a revocation made on another node may be noticed; `"0"` asks the store every time.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub revocation_bound: Duration,
    /// Connections that read; writes have their own.
    pub readers: usize,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: SecretText::new("sqlite:jeton.db"),
            seal_key: None,
            revocation_bound: Duration::from_secs(1),
            readers: 2,
        }
    }
}

/// The engine that `store.url` names.
#[derive(Clone, Debug)]
pub enum Engine {
    /// The embedded store, in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, or one that speaks its protocol: the connection URL.
    Postgres(SecretText),
}

impl Store {
    /// The engine that `url` names; `None` when it names no known one, which [`crate::config::Config::problems`] reports.
    #[must_use]
    pub fn engine(&self, data_dir: &Path) -> Option<Engine> {
        let url = self.url.expose();
        if let Some(file) = url.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            return (!file.is_empty()).then(|| Engine::Sqlite(data_dir.join(file)));
        }
        let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        postgres.then(|| Engine::Postgres(self.url.clone()))
    }

    /// The bytes of `seal_key`; `None` when it is not set or not 32 bytes in base64, which
    /// [`crate::config::Config::problems`] reports.
    #[must_use]
    pub fn seal_key_bytes(&self) -> Option<Zeroizing<[u8; 32]>> {
        let text = self.seal_key.as_ref()?;
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text.expose().trim()).ok()?);
        <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)
    }
}
