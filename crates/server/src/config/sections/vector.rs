//! `[vector]`: the robots' face.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jeton_core::Secret;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::config::duration::{self, DurationText};
use crate::config::secret::SecretSchema;

/// The face for Vector robots; it is off when no address is set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Vector {
    /// Addresses and ports of the robots' listeners; off when there are none. Robots dial 443 or 8084. A connection without TLS
    /// is answered on all of them, but only `GET /ok` and the robots' public certificates: robots look at `/ok` on port 80.
    #[schemars(with = "Vec<ListenAddress>")]
    pub listen: Vec<SocketAddr>,
    /// Certificate chain of the listeners as PEM: its names are those that robots dial. `jeton vector init` makes one.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate as PEM.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_key: Option<PathBuf>,
    /// Authorities that sign the factory certificates of robots, as PEM: only such robots are served. If not set, a robot's key is
    /// pinned at its first association.
    #[schemars(extend("format" = "jeton-path"))]
    pub client_ca: Option<PathBuf>,
    /// Further app keys that callers may send, with what each may do. The four that robots, the Python SDK and the set-up page
    /// have built in are accepted with the scope `user`, unless they are listed here with other scopes.
    pub app_keys: Vec<AppKey>,
    /// Session tokens that never expire: the mode without accounts. Whoever sends one of them may own robots.
    #[schemars(with = "Vec<SecretSchema>")]
    pub session_tokens: Vec<Secret>,
    /// Whether people may make accounts themselves (`POST /1/users`).
    pub sign_up: bool,
    /// Lifetime of a robot's token if its request names none. A robot renews it three hours before its end.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub token_lifetime: Duration,
    /// Lifetime of the session of an account.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub session_lifetime: Duration,
}

impl Default for Vector {
    fn default() -> Self {
        Self {
            listen: Vec::new(),
            tls_cert: None,
            tls_key: None,
            client_ca: None,
            app_keys: Vec::new(),
            session_tokens: Vec::new(),
            sign_up: true,
            token_lifetime: Duration::from_hours(24),
            session_lifetime: Duration::from_hours(365 * 24),
        }
    }
}

/// An app key and what it may do.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AppKey {
    /// The key as the robot or the app sends it.
    #[schemars(with = "SecretSchema")]
    pub key: Secret,
    /// What a caller with this key may do: `user`, `support`, `admin`, `service`, `cron`, `root`.
    pub scopes: Vec<String>,
}

/// Stands for an address of a list in the schema.
struct ListenAddress;

impl JsonSchema for ListenAddress {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ListenAddress".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "jeton-address" })
    }
}
