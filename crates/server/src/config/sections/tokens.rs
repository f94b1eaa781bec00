//! `[tokens]`: the tokens of the default service, and the defaults of the further ones.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ClientProfile;
use crate::config::duration::{self, DurationText, optional};
use crate::config::one_or_many;

/// The tokens of the default service, and the defaults of the further ones; clients may have settings of their own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Tokens {
    /// Format of access tokens of the default service. Those of others are opaque; `settings.accessTokenSignAlg` adds a JWT.
    pub access_token_format: AccessTokenFormat,
    /// Type in the header of JWT access tokens. With `JWT` a resource server tells them from ID tokens by their audience alone: set
    /// `audience` or `default_audience`, too.
    pub access_token_typ: AccessTokenTyp,
    /// Lifetime of access tokens.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub access_token_lifetime: Duration,
    /// Lifetime of refresh tokens, counted from the sign-in and not renewed by rotation.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub refresh_token_lifetime: Duration,
    /// How long a refresh token may stay unused; no limit when not set.
    #[serde(deserialize_with = "optional::deserialize")]
    #[schemars(with = "Option<DurationText>")]
    pub refresh_token_idle: Option<Duration>,
    /// When a refresh token is replaced at use.
    pub refresh_rotation: RefreshRotation,
    /// The grace period: how long a replaced refresh token gets the same answer again, for a client that lost the first
    /// one; `"0"` switches it off.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub refresh_reuse_grace: Duration,
    /// Lifetime of ID tokens.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub id_token_lifetime: Duration,
    /// Lifetime of authorization codes; 600 s at most.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub code_lifetime: Duration,
    /// Algorithm that signs JWT access tokens.
    pub signing_alg: String,
    /// Algorithm that signs ID tokens and logout tokens of clients that name none.
    pub id_token_signing_alg: String,
    /// Audience of JWT access tokens when a request names no resource: one name or a list; the client's id when not set.
    #[serde(deserialize_with = "one_or_many::deserialize")]
    #[schemars(with = "one_or_many::OneOrMany")]
    pub audience: Vec<String>,
    /// Audience of access tokens when neither a request nor `audience` names one: one name or a list. Requests may name others.
    #[serde(deserialize_with = "one_or_many::deserialize")]
    #[schemars(with = "one_or_many::OneOrMany")]
    pub default_audience: Vec<String>,
    /// Whose answers clients get where the standards and SimpleIdServer differ, unless the client has its own setting.
    pub profile: ClientProfile,
    /// Refuse authorization requests that were not pushed first (RFC 9126), for every client.
    pub require_pushed_authorization_requests: bool,
    /// For which tokens Jeton records when, how often, from where and for which scopes they were last used.
    pub track_use: TrackUse,
    /// Store an encrypted copy of each token, so that administrators' lists can show its `value`.
    pub show_values: bool,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            access_token_format: AccessTokenFormat::default(),
            access_token_typ: AccessTokenTyp::default(),
            access_token_lifetime: Duration::from_hours(1),
            refresh_token_lifetime: Duration::from_hours(30 * 24),
            refresh_token_idle: None,
            refresh_rotation: RefreshRotation::default(),
            refresh_reuse_grace: Duration::from_secs(10),
            id_token_lifetime: Duration::from_hours(1),
            code_lifetime: Duration::from_secs(60),
            signing_alg: "ES256".to_owned(),
            id_token_signing_alg: "RS256".to_owned(),
            audience: Vec::new(),
            default_audience: Vec::new(),
            profile: ClientProfile::default(),
            require_pushed_authorization_requests: false,
            track_use: TrackUse::default(),
            show_values: false,
        }
    }
}

/// For which tokens the use is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrackUse {
    /// Of API tokens.
    #[default]
    Api,
    /// Of all tokens.
    All,
    /// Of none.
    None,
}

/// The format of an access token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessTokenFormat {
    /// A signed JWT (RFC 9068).
    #[default]
    Jwt,
    /// A reference that only the ledger can read.
    Opaque,
}

/// The type that a JWT access token states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum AccessTokenTyp {
    /// RFC 9068.
    #[default]
    #[serde(rename = "at+jwt")]
    AtJwt,
    /// For resource servers that know only this one, such as Spring Security with its defaults.
    #[serde(rename = "JWT")]
    Jwt,
}

/// When a refresh token is replaced at use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefreshRotation {
    /// At every use.
    #[default]
    Always,
    /// Only those of public clients.
    Public,
}
