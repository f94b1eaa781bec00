//! A rotated refresh token comes back: a lost reply, a second request of the same moment, or a thief.
//!
//! Within the grace, and by who could have used it:
//!
//! - The same request gets the same answer, byte for byte. What counts is what it leads to: the same scopes, audience, life
//!   and certificate, whatever order or spelling they are asked in. Nothing is stored to know it: the access token that was
//!   given says it, on every node and after a restart.
//! - Another good one gets an access token of what it asks for, in the same family and with the same successor, while nobody
//!   used that; five of them and no more.
//! - A wrong one gets its error, and nothing ends.
//!
//! After the grace, and for another request once the successor was used, it is reuse: the family ends (RFC 9700 section
//! 4.14.2); but a client whose answer was lost, with a successor that nobody used, ends nothing. Whoever lacks the
//! certificate that the family is bound to could not have used the token: they end nothing.

use std::sync::Arc;

use super::request::Request;
use crate::grants::refusals::REFRESH_TOKEN_INVALID;
use crate::token_endpoint::{Decision, GrantContext, bound, lifetimes};
use jeton_ledger::ledger::{Ending, Inactive, MintPrecondition, Verdict};
use jeton_model::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::records::{Actor, Reason, Token, TokenState};

/// What a rotated token gets.
pub(super) async fn again(
    cx: &GrantContext<'_>,
    request: &Request,
    token: &Arc<Token>,
    state: TokenState,
) -> Result<Decision, Refusal> {
    let TokenState::Rotated { at, to } = state else { return Err(REFRESH_TOKEN_INVALID) };
    // Family, client, person, suspension: as if it had not been used yet.
    let unused = Arc::new(Token { state: TokenState::Active, expires: None, ..Token::clone(token) });
    let Verdict::Active(live) = cx.oauth.ledger.judge(unused).await? else { return Err(REFRESH_TOKEN_INVALID) };
    bound::proves(cx, live.grant.as_ref().and_then(|grant| grant.binding).or(token.binding))?;
    let grace_ends = at + cx.service.settings.refresh_grace;
    if cx.oauth.ledger.now() >= grace_ends {
        return Err(if nobody_has(cx, token, to).await? { REFRESH_TOKEN_INVALID } else { reused(cx, token).await? });
    }
    let mut wish = request.wished(cx, token, &live).await?;
    bound::bind(cx, &mut wish)?;
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

/// Whether the answer to the rotation was lost, and the successor not used since: the client itself comes back.
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
