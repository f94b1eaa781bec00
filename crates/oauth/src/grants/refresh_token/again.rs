//! A rotated refresh token is presented again: a lost reply, a concurrent request, or a thief.
//!
//! Within the grace period, provided that the caller could have used the token:
//!
//! - The same request gets the same answer, byte for byte. Requests are the same if they lead to the same scopes, audience,
//!   lifetime and certificate, in whatever order or spelling. Nothing is stored for this comparison: the access token that
//!   was issued shows it, on every node and after a restart.
//! - Another valid request gets an access token of its own, in the same family and with the same successor, while the
//!   successor is unused; at most five of them.
//! - An invalid request gets its error, and nothing ends.
//!
//! After the grace period, and for another request once the successor was used, it is reuse: the family ends (RFC 9700 section
//! 4.14.2), unless the answer was lost and the successor is unused. A caller without the certificate that the family is bound to
//! could not have used the token and ends nothing.

use std::sync::Arc;

use super::request::Request;
use crate::grants::refusals::REFRESH_TOKEN_INVALID;
use crate::token_endpoint::{Decision, GrantContext, bound, lifetimes};
use jeton_ledger::ledger::{Ending, Inactive, MintPrecondition, Verdict};
use jeton_model::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::records::{Actor, Reason, Token, TokenState};

/// Decides what a rotated token gets.
pub(super) async fn again(
    cx: &GrantContext<'_>,
    request: &Request,
    token: &Arc<Token>,
    state: TokenState,
) -> Result<Decision, Refusal> {
    let TokenState::Rotated { at, to } = state else { return Err(REFRESH_TOKEN_INVALID) };
    // Check family, client, user and suspension as if the token were unused.
    let unused = Arc::new(Token { state: TokenState::Active, expires: None, ..Token::clone(token) });
    let Verdict::Active(live) = cx.oauth.ledger.judge(unused).await? else { return Err(REFRESH_TOKEN_INVALID) };
    bound::proves(cx, live.grant.as_ref().and_then(|grant| grant.binding).or(token.binding))?;
    let grace_ends = at + cx.service.settings.refresh_grace;
    if cx.oauth.ledger.now() >= grace_ends {
        return Err(if nobody_has(cx, token, to).await? { REFRESH_TOKEN_INVALID } else { reused(cx, token).await? });
    }
    let mut wish = request.wished(cx, token, &live).await?;
    bound::bind(cx, &mut wish)?;
    if let Some(extras) = cx.extras {
        extras.add_to(&mut wish);
    }
    if let Some(life) = request.life {
        lifetimes::shorten(&mut wish, life);
    }
    if cx.oauth.ledger.replies().gave(&mut wish, token, to).await?
        && let Some(issued) = cx.oauth.ledger.replies().repeat(cx.service, token, (at, to), &request.text).await?
    {
        return Ok(Decision::Repeat(issued));
    }
    let Some(successor) = cx.oauth.ledger.token(to).await? else { return Err(REFRESH_TOKEN_INVALID) };
    match cx.oauth.ledger.judge(Arc::clone(&successor)).await? {
        Verdict::Active(_) => {}
        Verdict::Inactive(Inactive::Rotated, _) => return Err(reused(cx, token).await?),
        Verdict::Inactive(..) => return Err(REFRESH_TOKEN_INVALID),
    }
    let beside = cx.oauth.ledger.replies().successor(token, &successor, &request.text).await?;
    wish.beside = Some(beside.ok_or(REFRESH_TOKEN_INVALID)?);
    wish.tokens.iter_mut().for_each(|access| access.parent = Some(to));
    if !cx.oauth.ledger.replies().take_extra(token, grace_ends).await? {
        return Err(REFRESH_TOKEN_INVALID);
    }
    wish.precondition = Some(MintPrecondition::Needs { token: successor, idle: None });
    let token = Arc::clone(token);
    Ok(Decision::Exchange(
        Box::new(wish),
        Box::new(move |cx, lost| {
            Box::pin(async move {
                match lost {
                    jeton_model::store::Lost::NotActive(TokenState::Rotated { .. }) => Err(reused(&cx, &token).await?),
                    _ => Err(REFRESH_TOKEN_INVALID),
                }
            })
        }),
    ))
}

/// Whether the answer to the rotation was lost and the successor is unused: then the client itself tries again.
async fn nobody_has(cx: &GrantContext<'_>, token: &Token, to: TokenId) -> Result<bool, Refusal> {
    if !cx.oauth.ledger.replies().was_rotation_unanswered(token.id, to).await? {
        return Ok(false);
    }
    let successor = cx.oauth.ledger.token(to).await?;
    Ok(successor.is_some_and(|successor| !matches!(successor.state, TokenState::Rotated { .. })))
}

/// Reuse: the family ends.
async fn reused(cx: &GrantContext<'_>, token: &Arc<Token>) -> Result<Refusal, Refusal> {
    if let Some(grant) = token.grant {
        let ending = Ending::new(Reason::RefreshReuse, Actor::Client(cx.client.key));
        cx.oauth.ledger.revoke_family(token.service, grant, Some(token), ending).await?;
    }
    Ok(REFRESH_TOKEN_INVALID)
}
