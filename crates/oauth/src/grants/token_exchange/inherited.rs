//! What the tokens of an exchange inherit from the subject token: they never have more.

use std::sync::Arc;
use std::time::Duration;

use crate::exchange::refusals::EXCHANGE_NOT_ALLOWED;
use crate::exchange::{MAY_ACT, Party, TokenType};
use crate::token_endpoint::GrantContext;
use jeton_ledger::address_ranges::{inherit, is_ranged};
use jeton_ledger::ledger::{Inspection, Lineage, NewGrant, TokenPlan};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Exchanged, GrantDetails, TokenFormat, TokenKind};
use jeton_model::scope::Scope;

/// The grant's name on the wire.
pub(super) const NAME: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// What a token inherits from the subject token.
///
/// # Errors
/// [`EXCHANGE_NOT_ALLOWED`] when a JWT is requested from a token with address ranges: offline verifiers do not check
/// where a request comes from.
pub(super) fn shape(
    token: &mut TokenPlan,
    subject: &Party,
    (audience, actor): (&Arc<str>, Option<&serde_json::Value>),
    wanted: TokenType,
) -> Result<(), Refusal> {
    token.audience = Arc::clone(audience);
    token.details.actor = actor.cloned();
    if let Some(may_act) = &subject.may_act {
        token.details.claims.insert(MAY_ACT.to_owned(), may_act.clone());
    }
    let Some(live) = &subject.live else { return Ok(()) };
    token.parent = Some(live.token.id);
    // For a refresh token, the family records what it was exchanged from.
    token.details.exchanged = token.kind == TokenKind::Access;
    token.binding = live.token.binding.or(token.binding);
    inherit(&live.token, &mut token.details);
    if is_ranged(&token.details) {
        if wanted == TokenType::Jwt {
            return Err(EXCHANGE_NOT_ALLOWED);
        }
        token.format = TokenFormat::Opaque;
    }
    Ok(())
}

/// The family of a refresh token: the client's own, within the subject token's.
///
/// # Errors
/// [`EXCHANGE_NOT_ALLOWED`] when the subject token has no family.
pub(super) fn descendant(
    cx: &GrantContext<'_>,
    (live, lineage): (&Inspection, Lineage),
    own: &Arc<str>,
    (scope, audience): (Scope, Arc<str>),
) -> Result<NewGrant, Refusal> {
    let family = live.grant.as_ref().ok_or(EXCHANGE_NOT_ALLOWED)?;
    let longest = cx.client.refresh_token_lifetime.unwrap_or(cx.service.settings.refresh_token_lifetime);
    let left = family.expires.map(|end| end.since(cx.oauth.ledger.now()));
    let vouched = family.details.as_ref().and_then(|details| details.vouched.as_ref());
    let exchanged = Exchanged {
        family: family.id,
        tokens: lineage.tokens,
        clients: lineage.clients,
        client: live.token.client,
        audience: Arc::clone(own),
    };
    Ok(NewGrant {
        lifetime: Some(left.map_or(longest, |left| left.min(longest))),
        binding: live.token.binding.or(family.binding),
        authentication: family.authentication.clone(),
        details: GrantDetails {
            exchanged: Some(exchanged),
            // Who did not sign in here has not by an exchange either.
            vouched: vouched.map(|_| Box::default()),
            ..GrantDetails::default()
        },
        ..NewGrant::new(NAME, scope, audience)
    })
}

/// At most as long as the subject token.
pub(super) fn within_life(own: Option<Duration>, subject: &Party, now: Timestamp) -> Option<Duration> {
    match (own, subject.expires.map(|end| end.since(now))) {
        (Some(own), Some(left)) => Some(own.min(left)),
        (own, left) => own.or(left),
    }
}
