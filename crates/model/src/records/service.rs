//! A service: one issuer with its policy.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Algorithm;
use serde::{Deserialize, Serialize};

use super::{
    AccessTokenTyp, ApiTokenPolicy, BackendSettings, CompatibilityMode, GridSettings, RegistrationPolicy, Rotation,
    TokenFormat,
};
use crate::clock::Timestamp;
use crate::ids::ServiceId;

/// One issuer: a tenant, an Authlete "service". One process serves many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Primary key (Authlete: `apiKey`).
    pub id: ServiceId,
    /// A short name for people.
    pub name: String,
    /// The issuer URL, exactly as tokens carry it.
    pub issuer: Arc<str>,
    /// A disabled service issues nothing and finds no token valid.
    pub enabled: bool,
    /// Its policy.
    pub settings: Settings,
    /// When it was made.
    pub created: Timestamp,
}

/// What precedes the issuer of a deleted service.
const DELETED: &str = "deleted:";

impl Service {
    /// Whether it was deleted: it is disabled for good, and its issuer is no address any more, so that another may have it.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.issuer.starts_with(DELETED)
    }

    /// What a deleted service is: its number stays in use, so that its tokens and clients never belong to another.
    #[must_use]
    pub fn deleted(&self) -> Self {
        if self.is_deleted() {
            return self.clone();
        }
        let issuer = format!("{DELETED}{}:{}", self.id, self.issuer);
        Self { enabled: false, issuer: issuer.into(), ..self.clone() }
    }
}

/// What a service decides for all its clients. Durations are whole seconds on the way in and out of the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Form of access tokens.
    pub access_token_format: TokenFormat,
    /// The type that JWT access tokens state.
    #[serde(default)]
    pub access_token_typ: AccessTokenTyp,
    /// Lifetime of access tokens.
    pub access_token_lifetime: Duration,
    /// How long a family may be refreshed, counted from its grant.
    pub refresh_token_lifetime: Duration,
    /// How long a refresh token may stay unused; none: as long as the family lives.
    pub refresh_token_idle: Option<Duration>,
    /// Lifetime of ID tokens.
    pub id_token_lifetime: Duration,
    /// Lifetime of authorization codes, at most 600 s (RFC 6749 section 4.1.2).
    pub code_lifetime: Duration,
    /// Lifetime of a browser session.
    pub session_lifetime: Duration,
    /// Algorithm of signed access tokens.
    pub signing_alg: Algorithm,
    /// Algorithm of ID tokens and logout tokens of clients that name none (OpenID Connect Registration section 2).
    #[serde(default = "rs256")]
    pub id_token_signing_alg: Algorithm,
    /// Whose refresh tokens rotate.
    pub rotation: Rotation,
    /// The grace period: how long the same answer is repeated for the refresh token just used.
    pub refresh_grace: Duration,
    /// `aud` of access tokens when neither request nor client names one, space-separated.
    pub audience: Arc<str>,
    /// `aud` of access tokens for which nothing else names one, space-separated; a request may name others.
    #[serde(default)]
    pub default_audience: Arc<str>,
    /// How long a key is published before it signs.
    pub key_publish_ahead: Duration,
    /// How long a key stays published after it stopped signing.
    pub key_grace: Duration,
    /// Dialect of clients that register themselves.
    #[serde(default)]
    pub profile: CompatibilityMode,
    /// How clients register themselves.
    #[serde(default)]
    pub registration: RegistrationPolicy,
    /// Whether authorization requests must be pushed first (RFC 9126), by every client.
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// What API tokens may be.
    #[serde(default)]
    pub api_tokens: ApiTokenPolicy,
    /// What UMA does.
    #[serde(default)]
    pub uma: UmaSettings,
    /// Whether an encrypted copy of each access, refresh and API token is stored, so that its text can be shown again.
    #[serde(default)]
    pub show_values: bool,
    /// Roles of the administrators who see those texts.
    #[serde(default)]
    pub show_values_to: Vec<String>,
    /// Where a person's role is enough without a scope.
    #[serde(default)]
    pub role_doors: RoleAccess,
    /// What tokens for the grid are like.
    #[serde(default)]
    pub grid: GridSettings,
    /// Whether access and refresh tokens can be found by the SHA-256 of their text, as those of a foreign form always can: the
    /// store keeps the hash of each as a second key. Only tokens made from then on are found.
    #[serde(default)]
    pub by_hash: bool,
    /// Whether access tokens are opaque texts, each accompanied by a signed JWT that has the text as its `jti`. Both texts are
    /// the same token. While this is off, the JWTs are unknown and the opaque texts remain.
    #[serde(default)]
    pub signed_copy: bool,
    /// Rules of a service whose authorization server is somebody else's program.
    #[serde(default)]
    pub backend: BackendSettings,
    /// Settings of contracts that are not served yet (Authlete's `[service.settings]`), stored unchanged.
    #[serde(default)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

/// What a client may rely on that names no algorithm.
const fn rs256() -> Algorithm {
    Algorithm::RS256
}

impl Default for Settings {
    fn default() -> Self {
        const HOUR: Duration = Duration::from_secs(3600);
        Self {
            access_token_format: TokenFormat::Jwt,
            access_token_typ: AccessTokenTyp::AtJwt,
            access_token_lifetime: HOUR,
            refresh_token_lifetime: HOUR * 24 * 30,
            refresh_token_idle: None,
            id_token_lifetime: HOUR,
            code_lifetime: Duration::from_secs(60),
            session_lifetime: HOUR * 12,
            signing_alg: Algorithm::ES256,
            id_token_signing_alg: rs256(),
            rotation: Rotation::Always,
            refresh_grace: Duration::from_secs(10),
            audience: "".into(),
            default_audience: "".into(),
            key_publish_ahead: HOUR,
            key_grace: HOUR * 24,
            profile: CompatibilityMode::Standard,
            registration: RegistrationPolicy::default(),
            require_pushed_authorization_requests: false,
            api_tokens: ApiTokenPolicy::default(),
            uma: UmaSettings::default(),
            show_values: false,
            show_values_to: Vec::new(),
            role_doors: RoleAccess::default(),
            grid: GridSettings::default(),
            by_hash: false,
            signed_copy: false,
            backend: BackendSettings::default(),
            other: serde_json::Map::new(),
        }
    }
}

/// Where the role of a token's person is enough, though the token carries no administrative scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleAccess {
    /// At the management API, and at UMA's protection API for SimpleIdServer clients (profile `classic`): the role
    /// `administrator`.
    pub management: bool,
    /// Whether the paths `/access-tokens` and `/refresh-tokens` of IAM's Tokens API reference ask for a scope too, which the
    /// reference does not.
    pub bare_paths_closed: bool,
}

/// What UMA does (`docs/contracts/oauth-token-endpoint.md` section 12.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UmaSettings {
    /// What happens to a resource that no policy speaks of.
    pub by_default: UmaDefault,
    /// Lifetime of permission tickets.
    pub ticket_lifetime: Duration,
}

impl Default for UmaSettings {
    fn default() -> Self {
        Self { by_default: UmaDefault::Deny, ticket_lifetime: Duration::from_secs(300) }
    }
}

/// What happens to a resource that no policy speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UmaDefault {
    /// Nobody but its owner gets at it.
    #[default]
    Deny,
    /// Everybody does.
    Allow,
}
