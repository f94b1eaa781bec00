//! `refresh_token`, RFC 6749 section 6, with rotation, reuse detection and the grace for a lost reply
//! (`contracts/oauth-token-endpoint.md` section 7).
//!
//! A rotated token that comes back within its grace gets the same answer again; later it ends its family.

use std::sync::Arc;

use futures::future::BoxFuture;
use jeton_jose::Secret;

use super::{Decision, Grant, GrantContext, GrantRequest, Params, lifetimes, refresh, resource};
use crate::claims::{ClaimsRequest, answered};
use crate::ledger::{Dead, Family, Issued, Plan, Spend, Verdict};
use crate::model::{Actor, Client, Event, EventKind, Reason, Rotation, Subject, Token, TokenKind, TokenState};
use crate::refusal::Refusal;
use crate::scope::Scope;
use crate::store::{Lost, Page, TokenFilter};

/// How many access tokens one refresh ends at most.
const CLEARED: u32 = 250;

pub(super) struct RefreshToken;

impl Grant for RefreshToken {
    fn grant_type(&self) -> &'static str {
        "refresh_token"
    }

    fn allows_public(&self) -> bool {
        true
    }

    fn parse(&self, params: &Params<'_>, _: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        Ok(Box::new(Request {
            text: Secret::new(params.required("refresh_token")?),
            scope: params.get("scope").map(str::to_owned),
            audience: resource::requested(params)?,
        }))
    }
}

struct Request {
    text: Secret,
    scope: Option<String>,
    audience: Option<resource::Asked>,
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let found = cx.ledger.find(cx.service.id, self.text.expose()).await?;
            let Some(token) = found.filter(|t| t.kind == TokenKind::Refresh) else {
                return Err(Refusal::RefreshTokenInvalid);
            };
            same_client(&cx, &token).await?;
            let live = match cx.ledger.judge(Arc::clone(&token)).await? {
                Verdict::Live(live) => live,
                Verdict::Dead(Dead::Rotated, _) => {
                    return again(&cx, &token, token.state, &self.text).await.map(Decision::Repeat);
                }
                Verdict::Dead(..) => return Err(Refusal::RefreshTokenInvalid),
            };
            let grant = live.grant.ok_or(Refusal::RefreshTokenInvalid)?;
            let scope = narrowed(self.scope.as_deref(), &token.scope, &cx.client.scope)?;

            let mut access = super::access(cx.service, cx.client, scope.clone());
            access.parent = Some(token.id);
            access.binding = token.binding;
            if !grant.audience.is_empty() {
                access.audience = Arc::clone(&grant.audience);
            }
            if let Some(asked) = self.audience {
                access.audience = resource::refreshed(asked, &access.audience, cx.service, cx.client)?;
            }
            let id_token = match &live.user {
                Some(user) if lifetimes::wants_id_token(&grant, &scope) => {
                    let mut plan = super::id_token(cx.service, cx.client, user, None, grant.authentication.clone());
                    let asked = ClaimsRequest::of_kept(grant.details.as_ref().and_then(|d| d.claims.as_ref()));
                    plan.claims = answered(&asked.id_token, user, &cx.client.scope);
                    Some(plan)
                }
                _ => None,
            };
            let rotates = rotates(&cx);
            let mut tokens = vec![access];
            if rotates {
                // The successor keeps the rights of the one presented: narrowing concerns this access token only.
                let mut next = refresh(cx.service, cx.client, token.scope.intersect(&cx.client.scope));
                next.parent = Some(token.id);
                next.binding = token.binding;
                tokens.push(next);
            }
            let presented = Secret::new(self.text.expose());
            let clears = earlier(&cx, &grant).await?;
            let plan = Box::new(Plan {
                clears,
                user: live.user,
                subject: token.subject.clone(),
                device: token.device,
                family: Family::Existing(grant),
                spend: Some(if rotates {
                    Spend::Refresh { token: Arc::clone(&token), text: presented }
                } else {
                    Spend::Needs { token: Arc::clone(&token), idle: cx.service.settings.refresh_token_idle }
                }),
                tokens,
                id_token,
                ..cx.plan()
            });
            let text = self.text;
            Ok(Decision::Exchange(
                plan,
                Box::new(move |cx, lost| {
                    Box::pin(async move {
                        match lost {
                            Lost::NotActive(state) => again(&cx, &token, state, &text).await,
                            _ => Err(Refusal::RefreshTokenInvalid),
                        }
                    })
                }),
            ))
        })
    }
}

/// Message 25, a note in the audit trail, and the end of the family while the token is still worth something: a refresh
/// token in foreign hands is a leak (`contracts/indigo-iam.md` section 7.1).
async fn same_client(cx: &GrantContext<'_>, token: &Arc<Token>) -> Result<(), Refusal> {
    if token.client == Some(cx.client.key) {
        return Ok(());
    }
    let mut event =
        Event::new(EventKind::RefreshForeign, cx.ledger.now(), Some(cx.service.id), Actor::Client(cx.client.key));
    event.token = Some(token.id);
    cx.ledger.record(event).await?;
    if let Verdict::Live(_) = cx.ledger.judge(Arc::clone(token)).await? {
        cx.ledger.revoke(token, Reason::Leaked, Actor::Client(cx.client.key)).await?;
    }
    Err(Refusal::RefreshTokenForeign)
}

/// A rotated token came back: the same answer within the grace, the end of the family after it.
async fn again(cx: &GrantContext<'_>, token: &Arc<Token>, state: TokenState, text: &Secret) -> Result<Issued, Refusal> {
    let TokenState::Rotated { at, to } = state else { return Err(Refusal::RefreshTokenInvalid) };
    let live_family = match token.grant {
        Some(id) => cx.ledger.grant(id).await?.filter(|g| g.state == crate::model::GrantState::Active),
        None => None,
    };
    let (Some(id), Some(_)) = (token.grant, live_family) else { return Err(Refusal::RefreshTokenInvalid) };
    if !subject_lives(cx, token).await? {
        return Err(Refusal::RefreshTokenInvalid);
    }
    if let Some(issued) = cx.ledger.repeat_reply(cx.service, token, (at, to), text).await? {
        return Ok(issued);
    }
    cx.ledger.revoke_family(token.service, id, Some(token), Reason::RefreshReuse, Actor::Client(cx.client.key)).await?;
    Err(Refusal::RefreshTokenInvalid)
}

async fn subject_lives(cx: &GrantContext<'_>, token: &Token) -> Result<bool, Refusal> {
    match token.subject {
        Some(Subject::User(key)) => Ok(cx.ledger.directory().user(key).await?.is_some_and(|u| u.enabled)),
        _ => Ok(true),
    }
}

/// The access tokens of a family that a refresh ends, where the client is registered so. One page of them: whoever refreshes
/// so often that there are more has them end by themselves.
async fn earlier(cx: &GrantContext<'_>, grant: &crate::model::Grant) -> Result<Vec<Arc<Token>>, Refusal> {
    if !cx.client.clears_access_tokens() {
        return Ok(Vec::new());
    }
    let filter = TokenFilter {
        kinds: vec![TokenKind::Access],
        grant: Some(grant.id),
        live_at: Some(cx.ledger.now()),
        ..TokenFilter::default()
    };
    let listing = cx.ledger.store().tokens(&filter, Page::first(CLEARED)).await?;
    Ok(listing.items.into_iter().map(Arc::new).collect())
}

fn rotates(cx: &GrantContext<'_>) -> bool {
    match cx.client.refresh_rotation().unwrap_or(cx.service.settings.rotation) {
        Rotation::Always => true,
        Rotation::Public => cx.client.is_public(),
    }
}

/// The scope asked for, within the original one; message 21 otherwise. What the client may no longer have drops out.
fn narrowed(asked: Option<&str>, original: &Scope, allowed: &Scope) -> Result<Scope, Refusal> {
    let Some(text) = asked else { return Ok(original.intersect(allowed)) };
    let scope = Scope::parse(text).map_err(|_| Refusal::ScopeNotAllowed(text.replace(' ', ",")))?;
    match scope.beyond(&original.intersect(allowed)) {
        Some(beyond) => Err(Refusal::ScopeNotAllowed(beyond)),
        None => Ok(scope),
    }
}
