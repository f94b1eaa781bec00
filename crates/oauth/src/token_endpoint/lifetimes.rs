//! Formats and lifetimes of planned tokens: the client's setting, else the service's.

use std::time::Duration;

use crate::claims::About;
use crate::trusted_keys::reader_of_id_tokens;
use jeton_administration::id_token_signing_alg;
use jeton_ledger::ledger::{IdTokenPlan, Plan, TokenPlan};
use jeton_model::records::{Authentication, Client, Grant, Service, TokenFormat, TokenKind};
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

/// An ID token about a person (OIDC Core section 2): claims about a user come from `/userinfo`; what another server states
/// about the person is in it. None when nobody is known.
pub(crate) fn id_token(
    service: &Service,
    client: &Client,
    about: About<'_>,
    nonce: Option<String>,
    authentication: Option<Authentication>,
) -> Option<IdTokenPlan> {
    Some(IdTokenPlan {
        sub: about.sub()?.to_owned(),
        nonce,
        authentication,
        lifetime: client.id_token_lifetime.unwrap_or(service.settings.id_token_lifetime),
        alg: id_token_signing_alg(client, &service.settings),
        reader: reader_of_id_tokens(client),
        claims: about.stated(),
        code: None,
        header: about.vouched.map(|vouched| vouched.header.clone()).unwrap_or_default(),
        has_id: false,
        audience_as_array: about.vouched.is_some_and(|vouched| vouched.audience_as_array),
    })
}

/// Whether a family of this scope gets an ID token.
pub(crate) fn wants_id_token(grant: &Grant, scope: &Scope) -> bool {
    grant.subject.is_some() && scope.contains("openid")
}
