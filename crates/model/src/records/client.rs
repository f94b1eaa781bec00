//! A client: an application that asks for tokens.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::{Algorithm, base64url, digest};
use serde::{Deserialize, Serialize};

use super::backend_client::BackendClient;
use super::client_metadata::{CLIENT_PROPERTIES, ClientMetadata};
use super::{AccessTokenTyp, TokenFormat};
use crate::clock::Timestamp;
use crate::ids::{ClientId, ClientKey, ServiceId, UserKey};
use crate::scope::Scope;

/// A registered client. Members have their RFC 7591 names where it has one; [`super::CLIENT_MEMBERS`] declares those that
/// documents describe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Primary key.
    pub key: ClientKey,
    /// The service it belongs to.
    pub service: ServiceId,
    /// Its wire name.
    pub client_id: ClientId,
    /// A disabled client gets no tokens, and its tokens are inactive.
    pub enabled: bool,
    /// What proves its secret.
    #[serde(default)]
    pub secret: Option<SecretVerifier>,
    /// The secret itself, sealed: only where a MAC or a key must be made from it.
    #[serde(default)]
    pub sealed_secret: Option<SealedSecret>,
    /// How it authenticates.
    pub token_endpoint_auth_method: AuthMethod,
    /// Whether it named no method: then it is registered for `client_secret_basic`, and may send its secret in the body too.
    #[serde(default)]
    pub method_unnamed: bool,
    /// `grant_type` values it may use.
    pub grant_types: Vec<String>,
    /// `response_type` values it may use.
    #[serde(default)]
    pub response_types: Vec<String>,
    /// Where people may be sent back to, matched exactly.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scope: Scope,
    /// What it gets when it asks for nothing.
    #[serde(default)]
    pub default_scope: Option<Scope>,
    /// Form of its access tokens, instead of the service's.
    #[serde(default)]
    pub access_token_format: Option<TokenFormat>,
    /// The type that its JWT access tokens state, instead of the service's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_typ: Option<AccessTokenTyp>,
    /// Lifetime of its access tokens, instead of the service's.
    #[serde(default)]
    pub access_token_lifetime: Option<Duration>,
    /// Life of its families, instead of the service's.
    #[serde(default)]
    pub refresh_token_lifetime: Option<Duration>,
    /// Lifetime of its ID tokens, instead of the service's.
    #[serde(default)]
    pub id_token_lifetime: Option<Duration>,
    /// Algorithm of its ID tokens, instead of the service's.
    #[serde(default)]
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// Which of the service's algorithms signs its ID tokens when it names none. A record written before services had two does
    /// not say it, and keeps the one of access tokens.
    #[serde(default)]
    pub unnamed_id_token_alg: UnnamedAlg,
    /// Which answers it gets where SimpleIdServer and the standards differ.
    #[serde(default)]
    pub profile: CompatibilityMode,
    /// Form of `scope` in token answers.
    #[serde(default)]
    pub token_response_scope: Option<ResponseScope>,
    /// Whose tokens it may introspect.
    #[serde(default)]
    pub introspect: Introspect,
    /// Whether PKCE is demanded of it; public clients always.
    #[serde(default)]
    pub require_pkce: bool,
    /// Whether it may use PKCE's `plain` method: for software that cannot hash.
    #[serde(default)]
    pub allow_plain_pkce: bool,
    /// Whether people are not asked (a first-party client).
    #[serde(default)]
    pub skip_consent: bool,
    /// Whether it may redeem UMA tickets though it has no secret.
    #[serde(default)]
    pub uma_public: bool,
    /// Whether its refresh tokens rotate, instead of the service's rule.
    #[serde(default)]
    pub rotation: Option<Rotation>,
    /// `aud` of its access tokens, space-separated, instead of the service's.
    #[serde(default)]
    pub audience: Option<Arc<str>>,
    /// `aud` of its access tokens when a request names none and `audience` does not apply, space-separated, instead of the
    /// service's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_audience: Option<Arc<str>>,
    /// Whether it registered itself (RFC 7591).
    #[serde(default)]
    pub self_registered: bool,
    /// The address from which it registered itself anonymously (open registration): such a client is removed when it is
    /// not used.
    #[serde(default)]
    pub registered_from: Option<Arc<str>>,
    /// Whether its record follows the document at its client id, which is a URL.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_document: bool,
    /// The person in whose name it was registered. While it is theirs it counts only as long as they may sign in
    /// (the core's `EntityCache::is_active`).
    #[serde(default)]
    pub registered_by: Option<UserKey>,
    /// Whether an administrator has adopted it from that person: then it is active without them, and keeps the limits
    /// of a client that a person registered.
    #[serde(default)]
    pub adopted: bool,
    /// Whether an administrator has written the record of a client that registered itself.
    #[serde(default)]
    pub administered: bool,
    /// The URLs in its metadata that the configuration file wrote: only these may name private addresses, and plain HTTP.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operator_urls: Vec<String>,
    /// Tokens issued before this time are inactive (the client was reset).
    #[serde(default)]
    pub tokens_from: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed; rises with every write.
    pub updated: Timestamp,
    /// All other metadata (`client_name`, `client_uri`, `contacts`, …).
    #[serde(default)]
    pub metadata: ClientMetadata,
    /// What the authorization server of a managed service decided about it; none: it is not managed by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<Box<BackendClient>>,
}

impl Client {
    /// A client of which a document says nothing: its members have their defaults, its number and times are 0.
    #[must_use]
    pub fn new(service: ServiceId, client_id: ClientId) -> Self {
        Self {
            key: ClientKey::new(0),
            service,
            client_id,
            enabled: true,
            secret: None,
            sealed_secret: None,
            token_endpoint_auth_method: AuthMethod::ClientSecretBasic,
            method_unnamed: false,
            grant_types: vec!["authorization_code".to_owned()],
            response_types: vec!["code".to_owned()],
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            scope: Scope::empty(),
            default_scope: None,
            access_token_format: None,
            access_token_typ: None,
            access_token_lifetime: None,
            refresh_token_lifetime: None,
            id_token_lifetime: None,
            id_token_signed_response_alg: None,
            unnamed_id_token_alg: UnnamedAlg::IdTokens,
            profile: CompatibilityMode::default(),
            token_response_scope: None,
            introspect: Introspect::default(),
            require_pkce: false,
            allow_plain_pkce: false,
            skip_consent: false,
            uma_public: false,
            rotation: None,
            audience: None,
            default_audience: None,
            self_registered: false,
            registered_from: None,
            from_document: false,
            registered_by: None,
            adopted: false,
            administered: false,
            operator_urls: Vec::new(),
            tokens_from: Timestamp::default(),
            created: Timestamp::default(),
            updated: Timestamp::default(),
            metadata: ClientMetadata::default(),
            backend: None,
        }
    }

    /// Whether it is a public client, without authentication.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == AuthMethod::None
    }

    /// Whether an administrator created it or has changed its record: what they set is not the client's to undo.
    #[must_use]
    pub fn is_administered(&self) -> bool {
        self.administered || !self.self_registered
    }

    /// Whether it may send its secret in the header and in the body.
    #[must_use]
    pub fn takes_secret_either_way(&self) -> bool {
        self.method_unnamed && self.token_endpoint_auth_method == AuthMethod::ClientSecretBasic
    }

    /// Whether it proves itself by a secret.
    #[must_use]
    pub fn has_secret_method(&self) -> bool {
        use AuthMethod::{ClientSecretBasic, ClientSecretJwt, ClientSecretPost};
        matches!(self.token_endpoint_auth_method, ClientSecretBasic | ClientSecretPost | ClientSecretJwt)
    }

    /// Whether it has a use for a secret: it proves itself by one, or gets MACs keyed by it. A public client has none.
    #[must_use]
    pub fn has_secret_use(&self) -> bool {
        self.has_secret_method() || !self.is_public() && self.needs_secret_itself()
    }

    /// Whether a secret is its own, in constant time; one without a secret has none. `pepper`: the key of its [`SecretVerifier`].
    #[must_use]
    pub fn is_proven_by(&self, secret: &str, pepper: &digest::MacKey) -> bool {
        let presented = |stored: &SecretVerifier| {
            digest::constant_time_eq(&stored.0, &SecretVerifier::of(pepper, &self.client_id, secret).0)
        };
        self.secret.as_ref().is_some_and(presented)
    }

    /// Whether it may use a grant.
    #[must_use]
    pub fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|g| g == grant_type)
    }

    /// Whether something must be made from its secret, for which a verifier is not enough: MACs of its ID tokens, assertions and
    /// request objects, keys for what is encrypted to it.
    #[must_use]
    pub fn needs_secret_itself(&self) -> bool {
        let symmetric =
            |alg: &str| alg == "dir" || alg.starts_with("HS") || alg.starts_with('A') && alg.ends_with("KW");
        let made = |name: &str| {
            name.ends_with("_alg")
                && name != "token_endpoint_auth_signing_alg"
                && self.metadata.get(name).is_some_and(|value| value.as_str().is_some_and(symmetric))
        };
        self.token_endpoint_auth_method == AuthMethod::ClientSecretJwt
            || self.id_token_signed_response_alg.is_some_and(Algorithm::is_symmetric)
            || CLIENT_PROPERTIES.iter().any(|property| made(property.name))
    }

    /// Whether its refresh tokens rotate: by INDIGO IAM's `reuse_refresh_token`, else by Jeton's own member, else by the
    /// service's rule.
    #[must_use]
    pub fn rotates(&self, of_service: Rotation) -> bool {
        let whose = match self.metadata.reuse_refresh_token {
            Some(true) => Rotation::Public,
            Some(false) => Rotation::Always,
            None => self.rotation.unwrap_or(of_service),
        };
        match whose {
            Rotation::Always => true,
            Rotation::Public => self.is_public(),
            Rotation::Never => false,
        }
    }

    /// Whether a refresh ends the access tokens before it: INDIGO IAM's `clear_access_tokens_on_refresh`. A client that an
    /// authorization server manages has one access token in a record (`docs/contracts/authlete.md` section 3).
    #[must_use]
    pub fn clears_access_tokens(&self) -> bool {
        self.backend.is_some() || self.metadata.clear_access_tokens_on_refresh == Some(true)
    }

    /// The name to show to people.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.metadata.client_name.as_deref().unwrap_or_else(|| self.client_id.as_str())
    }

    /// The form of `scope` in its token answers: as registered, else by profile.
    #[must_use]
    pub fn response_scope(&self) -> ResponseScope {
        self.token_response_scope.unwrap_or(match self.profile {
            CompatibilityMode::Standard => ResponseScope::String,
            CompatibilityMode::Classic => ResponseScope::Array,
        })
    }
}

/// What proves a client's secret: a MAC of it under a key that is not in the database.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretVerifier([u8; 32]);

impl SecretVerifier {
    /// The verifier of a secret, for one client: the same secret at two clients has two verifiers.
    #[must_use]
    pub fn of(pepper: &digest::MacKey, client: &ClientId, secret: &str) -> Self {
        Self(pepper.mac(&[client.as_str().as_bytes(), &[0], secret.as_bytes()]))
    }
}

impl std::fmt::Debug for SecretVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretVerifier(…)")
    }
}

/// A client's secret as encrypted by [`jeton_jose::seal`].
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret(pub Vec<u8>);

impl Serialize for SealedSecret {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&base64url::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for SealedSecret {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        base64url::decode(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedSecret(…)")
    }
}

/// `token_endpoint_auth_method`, RFC 7591 section 2 and RFC 8705.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// HTTP Basic.
    ClientSecretBasic,
    /// Secret in the body.
    ClientSecretPost,
    /// An assertion with a MAC keyed by the secret.
    ClientSecretJwt,
    /// An assertion signed with a registered key.
    PrivateKeyJwt,
    /// A certificate that an authority signed.
    TlsClientAuth,
    /// A certificate that is registered.
    SelfSignedTlsClientAuth,
    /// A public client.
    None,
}

impl AuthMethod {
    /// Every method.
    pub const ALL: [Self; 7] = [
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
        Self::TlsClientAuth,
        Self::SelfSignedTlsClientAuth,
        Self::None,
    ];

    /// Its registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
            Self::None => "none",
        }
    }
}

/// Which algorithm of the service signs the ID tokens of a client that names none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnnamedAlg {
    /// That of access tokens, as before services had one for ID tokens.
    #[default]
    AccessTokens,
    /// That of ID tokens.
    IdTokens,
}

/// Whether a client gets the answers of the standards or those of SimpleIdServer
/// (`docs/contracts/oauth-token-endpoint.md` section 16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompatibilityMode {
    /// The RFCs.
    #[default]
    Standard,
    /// SimpleIdServer's.
    Classic,
}

/// Form of `scope` in token answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseScope {
    /// A space-separated string.
    String,
    /// A JSON array.
    Array,
    /// Left out when it equals what was asked for (RFC 6749 section 5.1).
    OmitIfSame,
}

/// Whose tokens a client may introspect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Introspect {
    /// Its own.
    #[default]
    Own,
    /// Its own and those whose audience names it.
    Audience,
    /// All of the service.
    Any,
}

/// Whose refresh tokens rotate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// Everybody's.
    #[default]
    Always,
    /// Public clients' (RFC 9700 section 4.14.2 demands at least these).
    Public,
    /// Nobody's: the operator of a managed service has decided so (`docs/contracts/authlete.md` section 3, `refreshTokenKept`).
    Never,
}
