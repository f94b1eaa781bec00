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
    /// Let every person register clients at `/iam/api/client-registration`, with an access token of theirs; where `open` is
    /// set everybody may.
    pub users: bool,
    /// What registered clients may ask for at most, and get when they name no scope.
    pub scope: String,
    /// How many clients of open registration there may be in all.
    pub quota: u32,
    /// How many of them one address may have made; an IPv6 network of 64 bits counts as one.
    pub quota_per_address: u32,
    /// How long a client of open registration is kept that was never used.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub unused: Duration,
    /// How long a client of open registration is kept after its last use.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub idle: Duration,
    /// Let discovery name the paths of INDIGO IAM (`/iam/api/client-registration`, `/devicecode`, `/revoke`, `/jwk`) instead of
    /// the usual ones: for a site whose grid clients register by its rules. Both are served either way.
    pub indigo_paths: bool,
    /// Let registrants name addresses without TLS: for development only.
    pub allow_http: bool,
    /// Schemes without a period that redirect URIs of clients which registered themselves may have, beside `https`, loopback
    /// addresses and schemes such as `com.example.app`. Never `javascript`, `data`, `file`, `blob` and their like.
    pub private_schemes: Vec<String>,
}

impl Default for Registration {
    /// What a service of the core does when nobody says otherwise.
    fn default() -> Self {
        let RegistrationPolicy {
            open,
            users,
            scope,
            quota,
            quota_per_address,
            unused,
            idle,
            indigo_paths,
            allow_http,
            private_schemes,
        } = RegistrationPolicy::default();
        Self {
            open,
            users,
            scope: scope.as_str().to_owned(),
            quota,
            quota_per_address,
            unused,
            idle,
            indigo_paths,
            allow_http,
            private_schemes,
        }
    }
}
