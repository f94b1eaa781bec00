//! Forms and lifetimes of planned tokens: the client's word, else the service's.

use crate::ledger::{IdTokenPlan, TokenPlan};
use crate::model::{Authentication, Client, Grant, Service, TokenFormat, TokenKind, User};
use crate::scope::Scope;

/// An access token for a client.
pub(crate) fn access(service: &Service, client: &Client, scope: Scope) -> TokenPlan {
    let settings = &service.settings;
    let format = client.access_token_format.unwrap_or(settings.access_token_format);
    let lifetime = client.access_token_lifetime.unwrap_or(settings.access_token_lifetime);
    TokenPlan {
        audience: client.audience.clone().unwrap_or_else(|| settings.audience.clone()),
        ..TokenPlan::new(TokenKind::Access, format, scope, Some(lifetime))
    }
}

/// A refresh token: as long as its family lives, or until it lay idle too long.
pub(crate) fn refresh(service: &Service, client: &Client, scope: Scope) -> TokenPlan {
    let family = client.refresh_token_lifetime.unwrap_or(service.settings.refresh_token_lifetime);
    let lifetime = service.settings.refresh_token_idle.map_or(family, |idle| idle.min(family));
    TokenPlan::new(TokenKind::Refresh, TokenFormat::Opaque, scope, Some(lifetime))
}

/// An ID token about a user (OIDC Core section 2): claims about him come from `/userinfo`.
pub(crate) fn id_token(
    service: &Service,
    client: &Client,
    user: &User,
    nonce: Option<String>,
    authentication: Option<Authentication>,
) -> IdTokenPlan {
    IdTokenPlan {
        sub: user.sub.clone(),
        nonce,
        authentication,
        lifetime: client.id_token_lifetime.unwrap_or(service.settings.id_token_lifetime),
        alg: client.id_token_signed_response_alg.unwrap_or(service.settings.signing_alg),
        claims: serde_json::Map::new(),
        code: None,
    }
}

/// Whether a family of this scope gets an ID token.
pub(crate) fn wants_id_token(grant: &Grant, scope: &Scope) -> bool {
    grant.subject.is_some() && scope.contains("openid")
}
