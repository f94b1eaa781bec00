//! `[registration]`: dynamic client registration.

use std::time::Duration;

use jeton_core::model::RegistrationPolicy;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::duration::{self, DurationText};

/// Dynamic client registration (RFC 7591).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Registration {
    /// Let anyone register a client, without an initial access token.
    pub open: bool,
    /// Let every person register clients at `/iam/api/client-registration`, with one of their access tokens; if `open`
    /// is set, everybody may.
    pub users: bool,
    /// The scopes that registered clients may have at most, and get when they name none.
    pub scope: String,
    /// Grant types that anyone may register beside those in which a person decides: `client_credentials`, `implicit`. With
    /// the first, anyone gets tokens of their own, with the scopes above.
    pub grant_types: Vec<String>,
    /// How many clients of open registration there may be in total.
    pub quota: u32,
    /// How many of them one address may register; an IPv6 network of 64 bits counts as one.
    pub quota_per_address: u32,
    /// How many registrations one address or person may attempt at once, changes included.
    pub attempts: u32,
    /// In what time one more of them is allowed.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub attempt_interval: Duration,
    /// How many changes of one client are allowed at once; those of clients that hold an initial access token are not counted.
    pub changes: u32,
    /// In what time one more of them is allowed.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub change_interval: Duration,
    /// How long a client of open registration that was never used is kept.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub unused: Duration,
    /// How long a client of open registration is kept after its last use.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub idle: Duration,
    /// Let discovery name the paths of INDIGO IAM (`/iam/api/client-registration`, `/devicecode`, `/revoke`, `/jwk`) instead of
    /// the usual ones: for sites whose grid clients register by its rules. Both are served in any case.
    pub indigo_paths: bool,
    /// Accept URLs without TLS in registrations: for development only.
    pub allow_http: bool,
    /// Schemes without a period that redirect URIs of clients which registered themselves may have, in addition to
    /// `https`, loopback addresses and schemes such as `com.example.app`. `javascript`, `data`, `file`, `blob` and
    /// similar schemes are always refused.
    pub private_schemes: Vec<String>,
    /// Accept URLs as client ids: Jeton reads there what the client would register (client ID metadata documents, which MCP
    /// clients use). Such clients may do what clients of open registration may, whether or not that is open, and count in its
    /// quotas.
    pub client_id_documents: bool,
    /// Hosts of your own whose documents may be at private addresses and without TLS: a name or an address, with or without a
    /// port, such as `localhost:3000`. Anybody can make Jeton read any path there.
    pub client_id_hosts: Vec<String>,
}

impl Default for Registration {
    /// The defaults of a service.
    fn default() -> Self {
        let RegistrationPolicy {
            open,
            users,
            scope,
            grant_types,
            quota,
            quota_per_address,
            attempts,
            attempt_interval,
            changes,
            change_interval,
            unused,
            idle,
            indigo_paths,
            allow_http,
            private_schemes,
            client_id_documents,
            client_id_hosts,
        } = RegistrationPolicy::default();
        Self {
            open,
            users,
            scope: scope.as_str().to_owned(),
            grant_types,
            quota,
            quota_per_address,
            attempts,
            attempt_interval,
            changes,
            change_interval,
            unused,
            idle,
            indigo_paths,
            allow_http,
            private_schemes,
            client_id_documents,
            client_id_hosts,
        }
    }
}
