//! What introspection adds to the members of RFC 7662.

use serde_json::{Map, Value};

use super::JwtProfile;
use jeton_model::records::{Service, Token, TokenKind};

/// Members that introspection sets itself: claims in the token never replace them.
const TAKEN: &[&str] = &[
    "active",
    "scope",
    "client_id",
    "username",
    "token_type",
    "exp",
    "iat",
    "nbf",
    "sub",
    "aud",
    "iss",
    "jti",
    "cnf",
    "permissions",
    "act",
    "user_id",
];

/// The claims that a profile put into an access token, and the profile's version.
#[must_use]
pub fn introspected(profile: &dyn JwtProfile, service: &Service, token: &Token) -> Map<String, Value> {
    if token.kind != TokenKind::Access {
        return Map::new();
    }
    let version = profile.shape(&service.settings.grid).version.map(|version| ("wlcg.ver".to_owned(), version.into()));
    let claims = token.details.as_ref().map(|details| details.claims.clone()).unwrap_or_default();
    version.into_iter().chain(claims).filter(|(name, _)| !TAKEN.contains(&name.as_str())).collect()
}
