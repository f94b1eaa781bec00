//! A grant: one authorization, the head of a family of tokens.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Binding, Property, Reason, Subject};
use crate::clock::Timestamp;
use crate::ids::{ClientKey, GrantId, ServiceId, TokenId};
use crate::scope::Scope;

/// One authorization. Tokens name it; ending it ends them all.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Primary key.
    pub id: GrantId,
    /// The issuer.
    pub service: ServiceId,
    /// Who was authorized.
    pub client: Option<ClientKey>,
    /// Who authorized.
    pub subject: Option<Subject>,
    /// The `grant_type` that made it, as the wire has it (survives refreshes: `docs/contracts/authlete.md` section 2.2).
    pub grant_type: Arc<str>,
    /// What was authorized: no token of the family may have more.
    pub scope: Scope,
    /// Audiences that were authorized (RFC 8707), space-separated.
    pub audience: Arc<str>,
    /// When.
    pub created: Timestamp,
    /// When the family expires, whatever the expiry of its tokens; none: never.
    pub expires: Option<Timestamp>,
    /// Where it is in its life.
    pub state: GrantState,
    /// A binding that every token of the family inherits.
    pub binding: Option<Binding>,
    /// When and how the person signed in.
    pub authentication: Option<Authentication>,
    /// What few grants have.
    pub details: Option<Arc<GrantDetails>>,
}

impl Grant {
    /// Whether tokens may be issued from it at a point in time, and its tokens may be valid: it is neither revoked nor
    /// expired.
    #[must_use]
    pub fn is_alive(&self, now: Timestamp) -> bool {
        !self.is_revoked() && self.expires.is_none_or(|at| now < at)
    }

    /// Whether it was revoked.
    #[must_use]
    pub const fn is_revoked(&self) -> bool {
        matches!(self.state, GrantState::Revoked { .. })
    }
}

/// Where a grant is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrantState {
    /// Tokens may be issued from it.
    Active,
    /// Ended for good.
    Revoked {
        /// When.
        at: Timestamp,
        /// Why.
        why: Reason,
    },
}

/// When and how the person signed in (OIDC Core section 2).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Authentication {
    /// `auth_time`; none: whoever authenticated the person did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// `amr` (RFC 8176).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// `acr`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The browser session it happened in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<TokenId>,
}

/// What few grants have; stored as one JSON object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GrantDetails {
    /// OIDC `nonce` of the request, echoed in the first ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// OIDC `claims` parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<serde_json::Value>,
    /// RFC 9396 `authorization_details`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<serde_json::Value>,
    /// Extra members that every token of the family gets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// The token exchange from which the family came (RFC 8693); none: a person authorized it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchanged: Option<Exchanged>,
    /// What another server states about the person whom it authenticated; none: this server did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vouched: Option<Box<Vouched>>,
    /// Members of contracts that are not served yet, stored unchanged.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

/// What a server that authenticated the person states about them: each ID token of the family says it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vouched {
    /// `sub` of ID tokens and of user info; none: the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Claims of ID tokens.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// The names of the claims that the person consented to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consented: Vec<String>,
    /// The person's session at that server: `sid` of ID tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Further members of the header of ID tokens.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub header: serde_json::Map<String, serde_json::Value>,
    /// Whether `aud` of ID tokens is an array.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub audience_as_array: bool,
}

/// What a family was exchanged from. It ends with that family, and with the revocation of a token that it was made from; it
/// may outlive these tokens' expiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchanged {
    /// The family of the subject token.
    pub family: GrantId,
    /// The subject token, and those that it was exchanged from itself, the latest first.
    pub tokens: Vec<TokenId>,
    /// The clients to which these were issued.
    #[serde(default)]
    pub clients: Vec<ClientKey>,
    /// The client to which the subject token was issued: it determines which exchange rule applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientKey>,
    /// The audience of the subject token, space-separated: it needs no rule.
    #[serde(default)]
    pub audience: Arc<str>,
}
