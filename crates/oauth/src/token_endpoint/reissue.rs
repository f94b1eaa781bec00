//! Refreshes whose ID token a trusted caller may have made in a call of its own (`docs/contracts/authlete.md` section 2.6): it knows
//! the person's claims, and this server does not.

use super::{GrantContext, GrantType};
use crate::OAuth;
use crate::claims::ClaimsRequest;
use crate::token_endpoint::lifetimes::wants_id_token;
use jeton_ledger::ledger::Issued;
use jeton_model::Refusal;
use jeton_model::records::TokenKind;

/// Whether the caller makes the ID token of this request, if there is to be one.
pub(super) fn may_follow(cx: &GrantContext<'_>, grant: &dyn GrantType) -> bool {
    cx.extras.is_some() && cx.service.settings.backend.id_token_reissuable && grant.grant_type() == "refresh_token"
}

/// Takes the ID token out of an answer that would have one; returns the claims that the authorization asked for in it.
///
/// # Errors
/// When the store fails.
pub(super) async fn instead_of_id_token(oauth: &OAuth, issued: &mut Issued) -> Result<Option<Vec<String>>, Refusal> {
    // An earlier answer that is repeated may have one.
    issued.id_token = None;
    let (Some(family), Some(access)) = (issued.grant, issued.first(TokenKind::Access)) else { return Ok(None) };
    let Some(family) = oauth.ledger.grant(family).await? else { return Ok(None) };
    let details = family.details.as_ref();
    // An exchanged family never has an ID token.
    let is_exchanged = details.is_some_and(|details| details.exchanged.is_some());
    if is_exchanged || !wants_id_token(&family, &access.scope) {
        return Ok(None);
    }
    let asked = ClaimsRequest::of_kept(details.and_then(|details| details.claims.as_ref()));
    Ok(Some(asked.id_token.into_keys().collect()))
}
