//! `[[client]]`: a client of the default service, and what Jeton adds to its registered metadata.

use std::time::Duration;

use jeton_core::Secret;
use jeton_core::model::ClientMetadata;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::client_metadata::ClientMetadataSchema;
use super::{AccessTokenFormat, ClientProfile, RefreshRotation};
use crate::config::duration::{DurationText, optional};
use crate::config::one_or_many;
use crate::config::secret::SecretSchema;

/// A client of the default service.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["client_id"]))]
pub struct Client {
    /// The client's name on the wire; unique in the service.
    pub client_id: String,
    /// Secret of a client that authenticates with one; at least 16 characters, better 32.
    #[schemars(with = "Option<SecretSchema>")]
    pub client_secret: Option<Secret>,
    /// Whether the client is enabled. A new client is; without this line a stored client stays as it is, so that one
    /// that an administrator disabled stays disabled.
    pub enabled: Option<bool>,
    /// Where the user may be redirected: absolute URLs without a fragment, compared exactly.
    pub redirect_uris: Vec<String>,
    /// Where the user may be redirected after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Grants the client may use; `authorization_code` alone when not set.
    pub grant_types: Option<Vec<String>>,
    /// Response types the client may ask for; `code` alone when not set.
    pub response_types: Option<Vec<String>>,
    /// Scopes the client may have, separated by spaces.
    pub scope: Option<String>,
    /// How the client authenticates; `client_secret_basic` when not set.
    pub token_endpoint_auth_method: Option<String>,
    /// Algorithm that signs the client's ID tokens, instead of the service's.
    pub id_token_signed_response_alg: Option<String>,
    /// What else it has registered.
    #[serde(flatten)]
    #[schemars(with = "ClientMetadataSchema")]
    pub metadata: ClientMetadata,
    /// Scopes of a request that names none, separated by spaces.
    pub default_scope: Option<String>,
    /// Format of this client's access tokens, instead of the service's.
    pub access_token_format: Option<AccessTokenFormat>,
    /// Lifetime of this client's access tokens, instead of the service's.
    #[serde(deserialize_with = "optional::deserialize")]
    #[schemars(with = "Option<DurationText>")]
    pub access_token_lifetime: Option<Duration>,
    /// Lifetime of this client's refresh tokens, instead of the service's.
    #[serde(deserialize_with = "optional::deserialize")]
    #[schemars(with = "Option<DurationText>")]
    pub refresh_token_lifetime: Option<Duration>,
    /// Lifetime of this client's ID tokens, instead of the service's.
    #[serde(deserialize_with = "optional::deserialize")]
    #[schemars(with = "Option<DurationText>")]
    pub id_token_lifetime: Option<Duration>,
    /// When this client's refresh tokens are replaced on use, instead of the service's rule.
    pub refresh_rotation: Option<RefreshRotation>,
    /// Audience of this client's access tokens, instead of the service's: one name or a list.
    #[serde(deserialize_with = "one_or_many::deserialize")]
    #[schemars(with = "one_or_many::OneOrMany")]
    pub audience: Vec<String>,
    /// Whose answers this client gets where the standards and SimpleIdServer differ, instead of the service's setting.
    pub profile: Option<ClientProfile>,
    /// Whose tokens the client may introspect.
    pub introspect: IntrospectScope,
    /// How `scope` is written in this client's token responses.
    pub token_response_scope: TokenResponseScope,
    /// Refuse an authorization request without PKCE. Public clients always need it.
    pub require_pkce: Option<bool>,
    /// Accept PKCE's method `plain` from this client: for software that cannot compute hashes.
    pub allow_plain_pkce: bool,
    /// Do not ask the user for consent: for the operator's own applications.
    pub skip_consent: bool,
    /// Let the client redeem UMA permission tickets although it has no secret.
    pub uma_public: bool,
}

/// Whose tokens a client may introspect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntrospectScope {
    /// Its own.
    #[default]
    Own,
    /// Its own, and those whose audience names it.
    Audience,
    /// Everyone's.
    Any,
}

/// How `scope` is written in a token response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenResponseScope {
    /// One string, names separated by spaces: the standard.
    #[default]
    String,
    /// A JSON array of names.
    Array,
    /// A string, left out if the scopes are exactly the requested ones.
    OmitIfSame,
}
