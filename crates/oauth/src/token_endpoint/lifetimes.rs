//! Formats and lifetimes of planned tokens: the client's setting, else the service's.

use std::time::Duration;

use crate::trusted_keys::reader_of_id_tokens;
use jeton_administration::id_token_signing_alg;
use jeton_ledger::ledger::{IdTokenPlan, Plan, TokenPlan};
use jeton_model::records::{Authentication, Client, Grant, Service, TokenFormat, TokenKind, User};
use jeton_model::scope::Scope;

/// Limits the lifetime of access tokens to what the client asks for; never extends it.
pub(crate) fn shorten(plan: &mut Plan, wanted: Duration) {
    for token in plan.tokens.iter_mut().filter(|token| matches!(token.kind, TokenKind::Access | TokenKind::Rpt)) {
        token.lifetime = Some(token.lifetime.map_or(wanted, |life| life.min(wanted)));
    }
}

/// A refresh token: valid as long as its family, or until it was idle for too long.
pub(crate) fn refresh(service: &Service, client: &Client, scope: Scope) -> TokenPlan {
    let family = client.refresh_token_lifetime.unwrap_or(service.settings.refresh_token_lifetime);
    let lifetime = service.settings.refresh_token_idle.map_or(family, |idle| idle.min(family));
    TokenPlan::new(TokenKind::Refresh, TokenFormat::Opaque, scope, Some(lifetime))
}

/// An ID token about a user (OIDC Core section 2): claims about them come from `/userinfo`.
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
        alg: id_token_signing_alg(client, &service.settings),
        reader: reader_of_id_tokens(client),
        claims: serde_json::Map::new(),
        code: None,
    }
}

/// Whether a family of this scope gets an ID token.
pub(crate) fn wants_id_token(grant: &Grant, scope: &Scope) -> bool {
    grant.subject.is_some() && scope.contains("openid")
}
