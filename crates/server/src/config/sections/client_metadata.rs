//! The registered metadata of a client: RFC 7591, OpenID Connect Registration, and the RFCs that extend them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::JsonObject;

/// A client's metadata under its registered names. It serializes as a registration document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct ClientMetadata {
    /// Name that users see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// URL of the client's home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// URL of a logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// URL of the terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// URL of the privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// People responsible for the client, mostly e-mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// `web` or `native`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<String>,
    /// Where the user may be redirected: absolute URLs without a fragment, compared exactly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// Where the user may be redirected after signing out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Grants the client may use; `authorization_code` alone when not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
    /// Response types the client may ask for; `code` alone when not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<String>>,
    /// Scopes the client may have, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// How the client authenticates; `client_secret_basic` when not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// The only algorithm accepted in the client's assertions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// Subject of the certificate of `tls_client_auth` (RFC 4514 text).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// DNS name in that certificate, instead of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    /// URI in that certificate, instead of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    /// IP address in that certificate, instead of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    /// E-mail address in that certificate, instead of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
    /// With `profile = "classic"`: thumbprint of the client's certificate in hexadecimal, SHA-1 or SHA-256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_thumbprint: Option<String>,
    /// With `profile = "classic"`: subject of that certificate, beside its thumbprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_name: Option<String>,
    /// Refuse the client's assertions unless their audience is exactly the issuer, as a single string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict_assertion_aud: Option<bool>,
    /// Bind access tokens to the client's certificate (RFC 8705).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_certificate_bound_access_tokens: Option<bool>,
    /// Refuse token requests without a DPoP proof (RFC 9449). DPoP is not served yet: `true` is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpop_bound_access_tokens: Option<bool>,
    /// Refuse authorization requests that were not pushed (RFC 9126).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pushed_authorization_requests: Option<bool>,
    /// Refuse authorization requests that are not signed (RFC 9101).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_signed_request_object: Option<bool>,
    /// The client's public keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<JsonObject>,
    /// URL of the client's public keys, instead of `jwks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The only algorithm accepted for request objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<String>,
    /// Key management algorithm of encrypted request objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_alg: Option<String>,
    /// Content encryption of encrypted request objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_encryption_enc: Option<String>,
    /// URLs that `request_uri` may name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<String>,
    /// Algorithm that signs the client's ID tokens, instead of the service's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// Key management algorithm of encrypted ID tokens; not encrypted when not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_alg: Option<String>,
    /// Content encryption of encrypted ID tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_enc: Option<String>,
    /// Algorithm that signs userinfo; plain JSON when not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<String>,
    /// Key management algorithm of encrypted userinfo; not encrypted when not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_alg: Option<String>,
    /// Content encryption of encrypted userinfo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_enc: Option<String>,
    /// Algorithm that signs introspection responses (RFC 9701). Not served yet: refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_signed_response_alg: Option<String>,
    /// Key management algorithm of encrypted introspection responses. Not served yet: refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_alg: Option<String>,
    /// Content encryption of encrypted introspection responses. Not served yet: no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_enc: Option<String>,
    /// Algorithm that signs authorization responses (JARM). Not served yet: refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_signed_response_alg: Option<String>,
    /// Key management algorithm of encrypted authorization responses. Not served yet: refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_encrypted_response_alg: Option<String>,
    /// Content encryption of encrypted authorization responses. Not served yet: no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_encrypted_response_enc: Option<String>,
    /// Types of `authorization_details` the client may use (RFC 9396). Not served yet: no effect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<String>,
    /// `public`; `pairwise` is not served yet and is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<String>,
    /// URL whose host groups clients that share pairwise subjects. Stored without effect, since there are no pairwise
    /// subjects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// How old a sign-in may be if the request has no `max_age`, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u64>,
    /// Put `auth_time` into every ID token.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_auth_time: bool,
    /// Authentication contexts requested if the request names none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// URL at which a third party may start a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// URL that is loaded in the user's browser at sign-out. Not served yet: no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Add `iss` and `sid` to that URL. Not served yet: no effect.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub frontchannel_logout_session_required: bool,
    /// URL that is called at sign-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Put `sid` into the logout token.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_logout_session_required: bool,
    /// Identifier of the client's software, the same for all its installations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// Version of the client's software.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
}
