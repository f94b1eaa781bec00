//! `[vector]`: the robots' face.

use std::net::SocketAddr;
use std::path::PathBuf;

use jeton_core::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::secret::SecretSchema;

/// The face for Vector robots; it is off when no address is set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Vector {
    /// Address and port of the robots' listener; off when not set.
    #[schemars(with = "Option<String>", extend("format" = "jeton-address"))]
    pub listen: Option<SocketAddr>,
    /// Certificate chain of the listener as PEM; robots speak TLS only.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate as PEM.
    #[schemars(extend("format" = "jeton-path"))]
    pub tls_key: Option<PathBuf>,
    /// Factory certificate authorities of robot certificates as PEM; when not set, a robot's key is pinned at first
    /// association.
    #[schemars(extend("format" = "jeton-path"))]
    pub client_ca: Option<PathBuf>,
    /// The app keys that callers may send, with what each may do.
    pub app_keys: Vec<AppKey>,
    /// One session token that is accepted for everyone: the mode without accounts.
    #[schemars(with = "Option<SecretSchema>")]
    pub session_token: Option<Secret>,
}

/// An app key and what it may do.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AppKey {
    /// The key as the robot or the app sends it.
    #[schemars(with = "SecretSchema")]
    pub key: Secret,
    /// What a caller with this key may do.
    pub scopes: Vec<String>,
}
