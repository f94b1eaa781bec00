//! `refresh_token`, RFC 6749 section 6, with rotation, reuse detection and the grace for a lost reply
//! (`contracts/oauth-token-endpoint.md` section 7).
//!
//! What becomes of a rotated token that comes back is in `refresh_again.rs`.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_jose::Secret;

use super::refresh_again::again;
use super::{Decision, Grant, GrantContext, GrantRequest, Params, bound, lifetimes, refresh, resource};
use crate::claims::{ClaimsRequest, answered};
use crate::exchange::{MAY_ACT, Standing};
use jeton_ledger::address_ranges::{inherit, is_ranged};
use jeton_ledger::ledger::{Dead, Ending, Family, Inspection, Plan, Spend, TokenPlan, Verdict};
use jeton_ledger::refusal::Refusal;
use jeton_model::records::{
    Actor, Client, Event, EventKind, Reason, Rotation, Token, TokenDetails, TokenFormat, TokenKind,
};
use jeton_model::scope::Scope;
use jeton_model::store::{Lost, Page, TokenFilter};

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
            life: lifetimes::wanted(params)?,
        }))
    }
}

/// A request with a refresh token.
pub(super) struct Request {
    pub(super) text: Secret,
    scope: Option<String>,
    audience: Option<resource::Asked>,
    pub(super) life: Option<Duration>,
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let found = cx.oauth.ledger.find(cx.service.id, self.text.expose()).await?;
            let Some(token) = found.filter(|t| t.kind == TokenKind::Refresh) else {
                return Err(Refusal::RefreshTokenInvalid);
            };
            same_client(&cx, &token).await?;
            match cx.oauth.ledger.judge(Arc::clone(&token)).await? {
                Verdict::Live(live) => self.first(cx, token, live).await,
                Verdict::Dead(Dead::Rotated, _) => again(&cx, &self, &token, token.state).await,
                Verdict::Dead(..) => Err(Refusal::RefreshTokenInvalid),
            }
        })
    }
}

impl Request {
    /// The token is good: what is asked for, and a successor where it rotates.
    async fn first(
        self: Box<Self>,
        cx: GrantContext<'_>,
        token: Arc<Token>,
        live: Inspection,
    ) -> Result<Decision, Refusal> {
        if token.binding.is_some() {
            bound::proves(&cx, token.binding)?;
        }
        let mut plan = self.wished(&cx, &token, &live).await?;
        if let Some(grant) = &live.grant {
            plan.clears = earlier(&cx, grant).await?;
        }
        plan.spend = Some(if rotates(&cx) {
            // The successor keeps the rights of the one presented: narrowing concerns this access token only.
            let mut next = refresh(cx.service, cx.client, token.scope.intersect(&cx.client.scope));
            next.parent = Some(token.id);
            next.binding = token.binding;
            next.audience = Arc::clone(&token.audience);
            next.details = handed_down(&token);
            plan.tokens.push(next);
            Spend::Refresh { token: Arc::clone(&token), text: Secret::new(self.text.expose()) }
        } else {
            Spend::Needs { token: Arc::clone(&token), idle: cx.service.settings.refresh_token_idle }
        });
        Ok(Decision::Exchange(
            Box::new(plan),
            Box::new(move |cx, lost| {
                Box::pin(async move {
                    match lost {
                        Lost::NotActive(state) => again(&cx, &self, &token, state).await,
                        _ => Err(Refusal::RefreshTokenInvalid),
                    }
                })
            }),
        ))
    }

    /// The access token that is asked for, with its ID token, and nothing used up.
    ///
    /// # Errors
    /// Whatever is wrong with the request: message 21, `invalid_target`, [`Refusal::ExchangeWithdrawn`].
    pub(super) async fn wished(
        &self,
        cx: &GrantContext<'_>,
        token: &Token,
        live: &Inspection,
    ) -> Result<Plan, Refusal> {
        let grant = live.grant.as_ref().ok_or(Refusal::RefreshTokenInvalid)?;
        let standing = Standing::of(cx.oauth, cx.service, cx.client, (token, grant)).await?;
        let original = standing.as_ref().map_or_else(|| token.scope.clone(), |standing| standing.scope(&token.scope));
        let scope = narrowed(self.scope.as_deref(), &original, &cx.client.scope)?;

        let mut access = TokenPlan::access(cx.service, cx.client, scope.clone());
        access.parent = Some(token.id);
        access.binding = token.binding;
        access.audience = audience(cx, (token, grant), standing.as_ref(), self.audience.clone()).await?;
        access.details = handed_down(token);
        if is_ranged(&access.details) {
            access.format = TokenFormat::Opaque;
        }
        let id_token = match &live.user {
            // What was exchanged never came with one.
            Some(user) if standing.is_none() && lifetimes::wants_id_token(grant, &scope) => {
                let mut plan = super::id_token(cx.service, cx.client, user, None, grant.authentication.clone());
                let asked = ClaimsRequest::of_kept(grant.details.as_ref().and_then(|d| d.claims.as_ref()));
                plan.claims = answered(&asked.id_token, user, &cx.client.scope);
                Some(plan)
            }
            _ => None,
        };
        Ok(Plan {
            user: live.user.clone(),
            subject: token.subject.clone(),
            device: token.device,
            family: Family::Existing(Arc::clone(grant)),
            tokens: vec![access],
            id_token,
            ..cx.plan()
        })
    }
}

/// Message 25, a note in the audit trail, and the end of the family while the token is still worth something: a refresh
/// token in foreign hands is a leak (`contracts/indigo-iam.md` section 7.1).
async fn same_client(cx: &GrantContext<'_>, token: &Arc<Token>) -> Result<(), Refusal> {
    if token.client == Some(cx.client.key) {
        return Ok(());
    }
    // One that is dead leaves no note: whoever holds it could have any number of them written.
    if let Verdict::Live(_) = cx.oauth.ledger.judge(Arc::clone(token)).await? {
        let mut event = Event::new(
            EventKind::RefreshForeign,
            cx.oauth.ledger.now(),
            Some(cx.service.id),
            Actor::Client(cx.client.key),
        );
        event.token = Some(token.id);
        cx.oauth.ledger.record(event).await?;
        cx.oauth.ledger.revoke(token, Ending::new(Reason::Leaked, Actor::Client(cx.client.key))).await?;
    }
    Err(Refusal::RefreshTokenForeign)
}

/// The access tokens of a family that a refresh ends, where the client is registered so. One page of them: whoever refreshes
/// so often that there are more has them end by themselves.
async fn earlier(cx: &GrantContext<'_>, grant: &jeton_model::records::Grant) -> Result<Vec<Arc<Token>>, Refusal> {
    if !cx.client.clears_access_tokens() {
        return Ok(Vec::new());
    }
    let filter = TokenFilter {
        kinds: vec![TokenKind::Access],
        grant: Some(grant.id),
        live_at: Some(cx.oauth.ledger.now()),
        ..TokenFilter::default()
    };
    let listing = cx.oauth.ledger.store().tokens(&filter, Page::first(CLEARED)).await?;
    Ok(listing.items.into_iter().map(Arc::new).collect())
}

/// For whom the access token is: as at issue, or what of that is asked for; for an exchanged family also within what its
/// rule lists now.
async fn audience(
    cx: &GrantContext<'_>,
    (token, grant): (&Token, &jeton_model::records::Grant),
    standing: Option<&Standing>,
    asked: Option<resource::Asked>,
) -> Result<Arc<str>, Refusal> {
    // An exchanged refresh token of an earlier version says itself for whom it is: its family is the subject token's.
    let granted = if token.audience.is_empty() { &grant.audience } else { &token.audience };
    let named = match (asked, standing) {
        (None, _) if !granted.is_empty() => Arc::clone(granted),
        (None, Some(_)) => Arc::clone(granted),
        (None, None) => TokenPlan::access(cx.service, cx.client, Scope::empty()).audience,
        (Some(asked), Some(_)) if granted.is_empty() => asked.words(),
        (Some(asked), _) => resource::refreshed(asked, granted, cx.service, cx.client)?,
    };
    match standing {
        Some(standing) => standing.audience(cx.oauth, cx.service, &named).await,
        None => Ok(named),
    }
}

/// What the tokens of an exchanged family say of themselves: who acts, who may, and from where they may be used.
fn handed_down(token: &Token) -> TokenDetails {
    let mut details = TokenDetails::default();
    if let Some(own) = &token.details {
        details.actor.clone_from(&own.actor);
        details.claims.extend(own.claims.get(MAY_ACT).map(|claim| (MAY_ACT.to_owned(), claim.clone())));
        inherit(token, &mut details);
    }
    details
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
