//! What a service decides whose authorization server is somebody else's program (`docs/contracts/authlete.md` section 3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Rules of such a service, beyond those that every service has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackendSettings {
    /// Whether the service is managed by callers of the backend: made by them, or changed by them since.
    pub is_managed: bool,
    /// Whether no refresh tokens are issued.
    pub no_refresh_tokens: bool,
    /// The grants that the service supports, by their names in token requests; none: all.
    pub grant_types: Option<Vec<String>>,
    /// Whether a new token ends the earlier ones of the same subject and client.
    pub single_access_token_per_subject: bool,
    /// Whether the authorization server is asked to make the ID token of a refresh again, with claims of its own.
    pub id_token_reissuable: bool,
    /// The addresses of the authorization server's endpoints, for which clients may make their assertions (RFC 7523 section 3);
    /// none: those of this server below the issuer.
    pub endpoints: Vec<String>,
    /// `token_type` of token responses; none: `Bearer`.
    pub access_token_type: Option<String>,
    /// Whether every authorization request needs PKCE (RFC 7636).
    pub pkce_required: bool,
    /// Whether it must use the method `S256`.
    pub pkce_s256_required: bool,
    /// Whether clients may be named by their aliases.
    pub client_aliases: bool,
    /// Whether clients may be registered dynamically (RFC 7591) through the authorization server.
    pub dynamic_registration: bool,
    /// Whether the stored secrets of clients are shown to nobody.
    pub hides_client_secrets: bool,
    /// Whether a request must name scopes: none is given to all.
    pub scope_required: bool,
    /// Whether an access token ends with its refresh token at the latest.
    pub access_ends_with_refresh: bool,
    /// Whether a refresh token that replaces another has the time that the other had left, and not a lifetime of its own.
    pub refresh_lifetime_kept: bool,
    /// Whether a refresh token that is not replaced has its whole lifetime again each time it is used.
    pub refresh_lifetime_reset: bool,
    /// Whether an ID token of a refresh, and the scope `openid`, need the scope `offline_access`.
    pub identity_needs_offline_access: bool,
    /// Whether a public client may leave out its `client_id` where it presents a code or a refresh token.
    pub missing_client_id_allowed: bool,
    /// Lifetime of pushed authorization requests (RFC 9126), in seconds; none: as usual.
    pub pushed_request_lifetime: Option<u64>,
    /// Lifetime of device codes (RFC 8628), in seconds; none: as usual.
    pub device_code_lifetime: Option<u64>,
    /// How long a device waits between two polls (RFC 8628), in seconds; none: as usual.
    pub device_poll_interval: Option<u64>,
    /// The types of `authorization_details` (RFC 9396) that clients may ask for; none: any.
    pub authorization_details_types: Option<Vec<String>>,
    /// Whether `aud` of ID tokens is a text, where the caller does not say.
    pub id_token_audience_as_text: bool,
    /// The name of the key that signs access tokens, if it is of their algorithm; none: the newest.
    pub access_token_key: Option<String>,
    /// The same for ID tokens.
    pub id_token_key: Option<String>,
    /// The same for introspection responses (RFC 9701).
    pub introspection_key: Option<String>,
    /// The longest lifetimes of tokens with a scope, by the scope's name.
    pub scope_lifetimes: BTreeMap<String, ScopeLifetimes>,
}

/// The longest lifetimes of tokens with a scope, in seconds; none: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScopeLifetimes {
    /// Of access tokens.
    pub access: Option<u64>,
    /// Of refresh tokens.
    pub refresh: Option<u64>,
    /// Of ID tokens.
    pub id: Option<u64>,
}

impl BackendSettings {
    /// Whether the service supports a grant, by its name in token requests.
    #[must_use]
    pub fn supports(&self, grant_type: &str) -> bool {
        self.grant_types.as_ref().is_none_or(|all| all.iter().any(|each| each == grant_type))
    }
}
