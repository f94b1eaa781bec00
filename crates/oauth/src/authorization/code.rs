//! The content of an authorization code: written with the authorization response, read by the grant that redeems the code.

use std::sync::Arc;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use super::Challenge;
use super::authorizer::stored_subject;
use jeton_model::ids::{ClientKey, GrantId};
use jeton_model::records::{Authentication, DeclaredSingleUse, GrantDetails, SingleUseKey, Subject};
use jeton_model::scope::Scope;

/// RFC 6749 authorization code.
pub(crate) const CODE: DeclaredSingleUse = DeclaredSingleUse::new(1, "code");

/// The content of an authorization code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CodePayload {
    /// The client it was issued to.
    pub(crate) client: ClientKey,
    /// The person who authorized.
    #[serde(rename = "user", with = "stored_subject")]
    pub(crate) subject: Subject,
    /// The number that the family will have.
    pub(crate) grant: GrantId,
    /// Whether the family exists already: an access token was issued with the code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) grant_exists: bool,
    /// The authorized scope.
    pub(crate) scope: Scope,
    /// The audience (`resource`), space-separated; none: the client's or the service's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) audience: Option<Arc<str>>,
    /// The `claims` parameter as the family keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) claims: Option<serde_json::Value>,
    /// The redirect URI that the code was sent to.
    pub(crate) redirect_uri: String,
    /// Whether the request named it: then the token request must, too (RFC 6749 section 4.1.3).
    pub(crate) redirect_uri_named: bool,
    /// PKCE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) challenge: Option<Challenge>,
    /// The SHA-256 thumbprint of the key that the token request must prove (RFC 9449 section 10); none: any, or no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<[u8; 32]>,
    /// `nonce`.
    pub(crate) nonce: Option<String>,
    /// How the person was authenticated.
    pub(crate) authentication: Authentication,
    /// What the family keeps beyond `nonce` and `claims`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<Box<GrantDetails>>,
}

/// The key of a code's entry.
pub(crate) fn code_key(code: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(code.as_bytes()))
}
