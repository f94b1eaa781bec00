//! `refresh_token`, RFC 6749 section 6, with rotation, reuse detection and the grace period for a lost reply
//! (`docs/contracts/oauth-token-endpoint.md` section 7).
//!
//! `again.rs` handles rotated tokens that are presented again.

mod again;
mod request;

use std::sync::Arc;

use futures::future::BoxFuture;
use jeton_jose::Secret;

use crate::OAuth;
use crate::grants::refusals::{REFRESH_TOKEN_FOREIGN, REFRESH_TOKEN_INVALID};
use crate::token_endpoint::{
    Decision, GrantContext, GrantRequest, GrantType, OpenTo, Params, bound, refresh, resource,
};
use again::again;
use jeton_ledger::ledger::{Ending, Inactive, Inspection, MintPrecondition, MintedToken, Verdict};
use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Actor, Client, Event, EventKind, Grant, Reason, Service, Token, TokenKind};
use jeton_model::store::{Lost, Page, TokenFilter, Write};
use request::{Request, handed_down};

/// How many access tokens one refresh ends at most.
const CLEARED: u32 = 250;

/// The word of the refusal of a refresh token that has expired, for callers that tell it from others.
pub const EXPIRED: &str = "expired";

pub(super) struct RefreshToken;

impl GrantType for RefreshToken {
    fn grant_type(&self) -> &'static str {
        "refresh_token"
    }

    fn allows_public(&self) -> bool {
        true
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn open_to(&self) -> OpenTo {
        OpenTo::Anyone
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["refresh_token"]
    }

    fn client_of<'a>(
        &'a self,
        oauth: &'a OAuth,
        service: &'a Service,
        params: &'a Params<'_>,
    ) -> Option<BoxFuture<'a, Result<Option<ClientKey>, Refusal>>> {
        let text = params.get("refresh_token")?;
        Some(Box::pin(async move {
            let token = oauth.ledger.find(service.id, text).await?;
            Ok(token.filter(|token| token.kind == TokenKind::Refresh).and_then(|token| token.client))
        }))
    }

    fn parse(&self, params: &Params<'_>, _: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        Ok(Box::new(Request {
            text: Secret::new(params.required("refresh_token")?),
            scope: params.get("scope").map(str::to_owned),
            audience: resource::requested(params)?,
            life: params.expires_in()?,
        }))
    }
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let found = cx.oauth.ledger.find(cx.service.id, self.text.expose()).await?;
            let Some(token) = found.filter(|t| t.kind == TokenKind::Refresh) else {
                return Err(REFRESH_TOKEN_INVALID);
            };
            same_client(&cx, &token).await?;
            match cx.oauth.ledger.judge(Arc::clone(&token)).await? {
                Verdict::Active(live) => self.first(cx, token, live).await,
                Verdict::Inactive(Inactive::Rotated, _) => again(&cx, &self, &token, token.state).await,
                Verdict::Inactive(Inactive::Expired, _) => Err(REFRESH_TOKEN_INVALID.with(EXPIRED)),
                Verdict::Inactive(..) => Err(REFRESH_TOKEN_INVALID),
            }
        })
    }
}

impl Request {
    /// The token is valid: the requested access token, and a successor if it rotates.
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
        plan.precondition = Some(if cx.client.rotates(cx.service.settings.rotation) {
            // The successor keeps the scope of the presented token: narrowing affects this access token only.
            let mut next = refresh(cx.service, cx.client, token.scope.intersect(&cx.client.scope));
            next.parent = Some(token.id);
            next.binding = token.binding;
            next.audience = Arc::clone(&token.audience);
            next.details = handed_down(&token);
            plan.tokens.push(next);
            MintPrecondition::Refresh { token: Arc::clone(&token), text: Secret::new(self.text.expose()) }
        } else {
            // Their clients are told of it again, whoever runs the token endpoint.
            if cx.service.settings.backend.is_managed || cx.extras.is_some() {
                let text = Secret::new(self.text.expose());
                plan.beside = Some(MintedToken::again(&token, text, cx.oauth.ledger.now()));
            }
            MintPrecondition::Needs { token: Arc::clone(&token), idle: cx.service.settings.refresh_token_idle }
        });
        Ok(Decision::Exchange(
            Box::new(plan),
            Box::new(move |cx, lost| {
                Box::pin(async move {
                    match lost {
                        Lost::NotActive(state) => again(&cx, &self, &token, state).await,
                        _ => Err(REFRESH_TOKEN_INVALID),
                    }
                })
            }),
        ))
    }
}

/// `refresh_token_foreign` and an event in the audit trail. While the token is valid the family ends as well: a refresh
/// token that another client holds has leaked (`docs/contracts/indigo-iam.md` section 7.1).
async fn same_client(cx: &GrantContext<'_>, token: &Arc<Token>) -> Result<(), Refusal> {
    if token.client == Some(cx.client.key) {
        return Ok(());
    }
    // A token that is no longer valid writes no event: its holder could create any number of them.
    if let Verdict::Active(_) = cx.oauth.ledger.judge(Arc::clone(token)).await? {
        let mut event = Event::new(
            EventKind::RefreshForeign,
            cx.oauth.ledger.now(),
            Some(cx.service.id),
            Actor::Client(cx.client.key),
        );
        event.token = Some(token.id);
        cx.oauth.ledger.applied(vec![Write::Event(Box::new(event))]).await?;
        cx.oauth.ledger.revoke(token, Ending::new(Reason::Leaked, Actor::Client(cx.client.key))).await?;
    }
    Err(REFRESH_TOKEN_FOREIGN)
}

/// The access tokens of a family that a refresh ends, if the client is registered for it. One page of them: a client that
/// refreshes so often that there are more lets the rest expire.
async fn earlier(cx: &GrantContext<'_>, grant: &Grant) -> Result<Vec<Arc<Token>>, Refusal> {
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
