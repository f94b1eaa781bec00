//! What an authorization code holds: written by the answer, read by the grant that redeems it.

use std::sync::Arc;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use super::Challenge;
use jeton_model::ids::{ClientKey, GrantId, UserKey};
use jeton_model::records::{Authentication, DeclaredSingleUse, SingleUseKey};
use jeton_model::scope::Scope;

/// RFC 6749 authorization code.
pub(crate) const CODE: DeclaredSingleUse = DeclaredSingleUse::new(1, "code");

/// What an authorization code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CodePayload {
    /// To whom it was issued.
    pub(crate) client: ClientKey,
    /// Who authorized.
    pub(crate) user: UserKey,
    /// The number of the family to be.
    pub(crate) grant: GrantId,
    /// Whether the family is there already: an access token went out beside the code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) grant_exists: bool,
    /// What was authorized.
    pub(crate) scope: Scope,
    /// For whom (`resource`), space-separated; none: as the client or the service says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) audience: Option<Arc<str>>,
    /// The `claims` parameter as the family keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) claims: Option<serde_json::Value>,
    /// Where the code was sent.
    pub(crate) redirect_uri: String,
    /// Whether the request named it: then the token request must, too (RFC 6749 section 4.1.3).
    pub(crate) redirect_uri_named: bool,
    /// PKCE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) challenge: Option<Challenge>,
    /// `nonce`.
    pub(crate) nonce: Option<String>,
    /// How the person signed in.
    pub(crate) authentication: Authentication,
}

/// Where a code is found.
pub(crate) fn code_key(code: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(code.as_bytes()))
}
