//! `[store]`: where the ledger is kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jeton_core::Secret;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::config::duration::{self, DurationText};
use crate::config::secret::SecretSchema;

/// Where the ledger is kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Store {
    /// `sqlite:FILE`, in `data_dir` unless the path is absolute, or `postgres://user:password@host:port/database` (several
    /// hosts, TLS and poolers: see operating.md); a secret, since it may contain a password.
    #[schemars(extend("default" = "sqlite:jeton.db"))]
    #[schemars(with = "SecretSchema")]
    pub url: Secret,
    /// Key that encrypts stored secrets: 32 bytes in base64. When not set, a key file in `data_dir`; nodes that share a
    /// database need the same key.
    #[schemars(with = "Option<SecretSchema>")]
    pub seal_key: Option<Secret>,
    /// The longest time until a revocation made on another node takes effect; with `"0"` the store is read every time.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub revocation_bound: Duration,
    /// Connections for reading; writes have their own.
    pub readers: usize,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: Secret::new("sqlite:jeton.db"),
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
    Postgres(Secret),
}

/// The parameters of a PostgreSQL URL that name files.
const FILES: [&str; 3] = ["sslrootcert", "sslcert", "sslkey"];

/// What stands escaped in a parameter: all but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The file that a parameter of a URL names, and the parameter's name.
fn file_of(pair: &str) -> Option<(&'static str, PathBuf)> {
    let (name, value) = pair.split_once('=')?;
    let name = FILES.into_iter().find(|known| *known == name && !value.is_empty() && value != "system")?;
    // A plus sign is one, as everywhere in such a URL.
    Some((name, PathBuf::from(&*percent_decode_str(value).decode_utf8_lossy())))
}

/// A parameter of a URL, its path absolute if it is one.
fn absolute(pair: &str, base: &Path) -> String {
    let Some((name, path)) = file_of(pair) else { return pair.to_owned() };
    let path = base.join(path).to_string_lossy().into_owned();
    format!("{name}={}", utf8_percent_encode(&path, RESERVED))
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

    /// Makes the paths of files in a PostgreSQL URL (`sslrootcert`, `sslcert`, `sslkey`) start at `base`.
    pub(crate) fn start_paths_at(&mut self, base: &Path) {
        let Some((place, query)) = self.parameters() else { return };
        let pairs: Vec<_> = query.split('&').map(|pair| absolute(pair, base)).collect();
        self.url = Secret::new(format!("{place}?{}", pairs.join("&")));
    }

    /// The files that a PostgreSQL URL names, each with its parameter.
    pub(crate) fn named_files(&self) -> impl Iterator<Item = (&'static str, PathBuf)> {
        self.parameters().into_iter().flat_map(|(_, query)| query.split('&')).filter_map(file_of)
    }

    /// A PostgreSQL URL, split at the question mark.
    fn parameters(&self) -> Option<(&str, &str)> {
        let postgres = matches!(self.engine(Path::new("")), Some(Engine::Postgres(_)));
        // An @ after the question mark belongs to an unescaped password, which the store refuses.
        self.url.expose().split_once('?').filter(|(_, query)| postgres && !query.contains('@'))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_the_url_start_at_the_configuration() {
        for (given, resolved) in [
            (
                "postgres://u:p@h/d?sslmode=verify-full&sslrootcert=ca.pem",
                "sslmode=verify-full&sslrootcert=%2Fetc%2Fjeton%2Fca.pem",
            ),
            (
                "postgres://u:p@h/d?sslcert=my%20c+1.pem&sslkey=/run/k.pem",
                "sslcert=%2Fetc%2Fjeton%2Fmy%20c%2B1.pem&sslkey=%2Frun%2Fk.pem",
            ),
            ("postgres://u:p@h/d?sslrootcert=system", "sslrootcert=system"),
        ] {
            let mut store = Store { url: Secret::new(given), ..Store::default() };
            store.start_paths_at(Path::new("/etc/jeton"));
            assert_eq!(store.url.expose(), format!("postgres://u:p@h/d?{resolved}"));
        }
        let mut store = Store { url: Secret::new("postgres://u:p?sslcert=x@h/d"), ..Store::default() };
        store.start_paths_at(Path::new(""));
        assert_eq!(store.url.expose(), "postgres://u:p?sslcert=x@h/d", "which the store refuses");
    }
}
