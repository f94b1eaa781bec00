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
    /// Whether whoever reaches the listeners may make an account (`POST /1/users`): a user of the default issuer, who may own robots.
    /// Otherwise administrators make them.
    pub sign_up: bool,
    /// How many robots one account may own. Those who share `session_tokens` share one account.
    pub robots_per_account: u32,
    /// How many associations one account may make at once: a robot gets an owner, or lets an app in. Those who share
    /// `session_tokens` are counted by their addresses.
    pub associations: u32,
    /// After which time an account may make one more association.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub association_interval: Duration,
    /// Lifetime of a robot's token if its request names none. A robot renews it three hours before its end.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub token_lifetime: Duration,
    /// Lifetime of the session of an account.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub session_lifetime: Duration,
    /// AWS credentials with which robots upload their logs; none are issued unless `sts` is set. They may only write below the
    /// folder of the robot's owner.
    pub aws: Aws,
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
            sign_up: false,
            robots_per_account: 20_000,
            associations: 20_000,
            association_interval: Duration::from_secs(1),
            token_lifetime: Duration::from_hours(24),
            session_lifetime: Duration::from_hours(365 * 24),
            aws: Aws::default(),
        }
    }
}

/// AWS credentials with which robots upload their logs; none are issued unless `sts` is set. They may only write below the folder
/// of the robot's owner.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Aws {
    /// URL of the AWS security token service, or of one that speaks its protocol: `https://sts.us-west-2.amazonaws.com`.
    pub sts: Option<String>,
    /// The region of the service. Robots upload to `us-west-2`.
    pub region: String,
    /// Id of the key that asks for credentials.
    pub access_key_id: Option<String>,
    /// Its secret.
    #[schemars(with = "Option<SecretSchema>")]
    pub secret_access_key: Option<Secret>,
    /// The role that is assumed (`AssumeRole`). If not set, the key makes sessions of itself (`GetFederationToken`).
    pub role: Option<String>,
    /// Where robots upload to: `s3://BUCKET/PREFIX`, the same as `logfiles` in their configuration.
    pub logfiles: Option<String>,
    /// Lifetime of the credentials. A robot stops using them an hour before their end.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub lifetime: Duration,
}

impl Default for Aws {
    fn default() -> Self {
        Self {
            sts: None,
            region: "us-west-2".to_owned(),
            access_key_id: None,
            secret_access_key: None,
            role: None,
            logfiles: None,
            lifetime: Duration::from_hours(1),
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
