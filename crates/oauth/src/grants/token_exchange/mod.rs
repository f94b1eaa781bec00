//! `urn:ietf:params:oauth:grant-type:token-exchange`, RFC 8693: exchanges a token for one with fewer rights, for another client,
//! or with an actor.
//!
//! Rights only shrink: the new token lies within the subject token's scope and the client's, ends with it, stays in
//! its family and keeps its sender constraint, its address ranges and its `may_act`. With a refresh token a new
//! family begins, which ends with the subject token's (`crates/ledger/src/ledger/descent.rs`) and cannot end
//! that one. Who may exchange which tokens is decided in `exchange/`.

mod bounds;
mod inherited;
mod request;

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::dialect::Dialect;
use crate::exchange::refusals::{ACTOR_TOKEN_INVALID, EXCHANGE_NOT_ALLOWED, SUBJECT_TOKEN_INVALID};
use crate::exchange::{CurrentRule, Party, TokenType, chain, decide, formed};
use crate::profiles;
use crate::token_endpoint::{
    Decision, GrantContext, GrantRequest, GrantType, HandedExchange, HandedRequest, OpenTo, Params, refresh,
};
use bounds::parse_scope;
use inherited::{NAME, descendant, shape, within_life};
use jeton_ledger::address_ranges::admits;
use jeton_ledger::ledger::{Family, Inspection, Lineage, Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::records::{Binding, Client, Service, TokenFormat, TokenKind};
use jeton_model::scope::Scope;
use request::Request;

pub(super) struct TokenExchange;

impl GrantType for TokenExchange {
    fn grant_type(&self) -> &'static str {
        NAME
    }

    fn open_to(&self) -> OpenTo {
        OpenTo::Trusted
    }

    fn repeats(&self) -> &'static [&'static str] {
        &["resource", "audience"]
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type"]
    }

    fn parse(&self, params: &Params<'_>, _: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        Ok(Box::new(request::standard(params)?))
    }

    fn parse_indigo(
        &self,
        params: &Params<'_>,
        service: &Service,
        claimed: Option<&Client>,
    ) -> Option<Result<Box<dyn GrantRequest>, Refusal>> {
        profiles::of(claimed, &service.settings)?;
        Some(request::indigo(params).map(|request| Box::new(request) as Box<dyn GrantRequest>))
    }
}

impl GrantRequest for Request {
    fn issued_token_type(&self, cx: &GrantContext<'_>) -> Option<&'static str> {
        let format = TokenPlan::access(cx.service, cx.client, Scope::empty()).format;
        // Clients with a grid profile get INDIGO IAM's answer when they name no type (`docs/contracts/indigo-iam.md`
        // section 7.6).
        let is_grid = self.dialect == Dialect::Indigo;
        let of_grid = !self.wanted_named && is_grid && format == TokenFormat::Jwt;
        Some(if of_grid { TokenType::Jwt.urn() } else { self.wanted.urn() })
    }

    fn hand_out<'a>(&'a self, cx: &'a GrantContext<'a>) -> Option<BoxFuture<'a, Result<HandedRequest, Refusal>>> {
        Some(Box::pin(async move {
            let (text, kind) = &self.subject;
            let subject = formed(cx.oauth, cx.service, text, *kind).await?.ok_or(SUBJECT_TOKEN_INVALID)?;
            // As below: a refresh token presented by another client has leaked.
            let holder = subject.live.as_ref().and_then(|live| live.token.client);
            let leaked = *kind == TokenType::Refresh && holder != Some(cx.client.key);
            if leaked || !is_proven(cx, subject.live.as_ref()) {
                return Err(SUBJECT_TOKEN_INVALID);
            }
            let actor = match &self.actor {
                None => None,
                Some((text, kind)) => {
                    let actor = formed(cx.oauth, cx.service, text, *kind).await?;
                    Some(actor.filter(|actor| is_proven(cx, actor.live.as_ref())).ok_or(ACTOR_TOKEN_INVALID)?)
                }
            };
            let scope = self.scope.as_deref().map(parse_scope).transpose()?;
            Ok(HandedRequest::TokenExchange(Box::new(HandedExchange {
                subject,
                actor,
                requested: self.wanted_named.then(|| self.wanted.urn()),
                scope,
                audience: self.audience.clone(),
                resource: self.resource.clone(),
            })))
        }))
    }

    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let subject = self.subject(&cx).await?;
            let actor = self.actor(&cx).await?;
            let mut terms = decide(cx.oauth, cx.service, cx.client, &subject, actor.as_ref()).await?;
            let mut audience = self.audience(&subject, &terms)?;
            if let Some(current_rule) = current_rule(&cx, &subject).await? {
                terms.scope = current_rule.scope(&terms.scope);
                audience = current_rule.audience(&audience)?;
            }
            // An ID token only states who signed in, so it yields no refresh token that would outlive that statement.
            let may_refresh = terms.refresh && self.subject.1 != TokenType::Id && cx.client.may_use("refresh_token");
            let (scope, offline) = self.scope(&cx, &subject, &terms, may_refresh)?;
            let actor_claim = match terms.names_actor {
                true => Some(chain(&subject, cx.client, actor.as_ref())?),
                false => subject.act.clone(),
            };
            let wants_refresh = self.wanted == TokenType::Refresh;
            if wants_refresh && !may_refresh {
                return Err(EXCHANGE_NOT_ALLOWED);
            }
            let mut tokens = Vec::with_capacity(2);
            if !wants_refresh {
                let mut access = TokenPlan::access(cx.service, cx.client, scope.clone());
                if self.wanted == TokenType::Jwt {
                    access.format = TokenFormat::Jwt;
                }
                access.lifetime = within_life(access.lifetime, &subject, cx.oauth.ledger.now());
                tokens.push(access);
            }
            if wants_refresh || offline {
                tokens.push(refresh(cx.service, cx.client, scope.clone()));
            }
            for token in &mut tokens {
                shape(token, &subject, (&audience, actor_claim.as_ref()), self.wanted)?;
            }
            // Without a token of this ledger nothing could be revoked.
            let live = subject.live.as_ref().ok_or(SUBJECT_TOKEN_INVALID)?;
            let mut plan = Plan { tokens, ..cx.plan() };
            let lineage = Lineage::of(&cx.oauth.ledger, live).await?.ok_or(EXCHANGE_NOT_ALLOWED)?;
            if wants_refresh || offline {
                let family = descendant(&cx, (live, lineage), &subject.audience, (scope, audience))?;
                plan.family = Family::New(Box::new(family));
            } else if let Some(grant) = &live.grant {
                plan.family = Family::Existing(Arc::clone(grant));
            }
            plan.subject = live.token.subject.clone();
            plan.device = live.token.device;
            // If the subject is a client, the new token names it as the subject instead of the client that holds the new token.
            if plan.subject.is_none() {
                return Ok(Decision::Mint(Box::new(self.of_client(plan, &subject, &cx)?)));
            }
            plan.user.clone_from(&subject.user);
            Ok(Decision::Mint(Box::new(plan)))
        })
    }
}

impl Request {
    async fn subject(&self, cx: &GrantContext<'_>) -> Result<Party, Refusal> {
        let (text, kind) = &self.subject;
        let party = Party::prove(cx.oauth, cx.service, text, *kind).await?.ok_or(SUBJECT_TOKEN_INVALID)?;
        // A refresh token presented by another client has leaked, whatever the rules say.
        let foreign = party.client.as_ref().is_none_or(|c| c.key != cx.client.key);
        let leaked = *kind == TokenType::Refresh && foreign;
        if leaked || !is_proven(cx, party.live.as_ref()) { Err(SUBJECT_TOKEN_INVALID) } else { Ok(party) }
    }

    /// The actor token must have been issued to this client.
    async fn actor(&self, cx: &GrantContext<'_>) -> Result<Option<Party>, Refusal> {
        let Some((text, kind)) = &self.actor else { return Ok(None) };
        if *kind == TokenType::Refresh {
            return Err(ACTOR_TOKEN_INVALID);
        }
        let party = Party::prove(cx.oauth, cx.service, text, *kind).await?;
        let own = |p: &Party| p.client.as_ref().is_some_and(|c| c.key == cx.client.key);
        party.filter(|p| own(p) && is_proven(cx, p.live.as_ref())).map(Some).ok_or(ACTOR_TOKEN_INVALID)
    }

    /// A client's own token: it stays the client's when that client exchanges it; when another client does, the first
    /// becomes the
    /// subject.
    fn of_client(&self, mut plan: Plan, subject: &Party, cx: &GrantContext<'_>) -> Result<Plan, Refusal> {
        let own = subject.client.as_ref().is_some_and(|c| c.key == cx.client.key);
        if !own {
            plan.subject = Some(jeton_model::records::Subject::External(subject.sub.as_str().into()));
        }
        Ok(plan)
    }
}

/// A token bound to a certificate is accepted only over a connection that proves it (RFC 8705 section 3), one with address
/// ranges only from these addresses: an exchange must not move it elsewhere.
fn is_proven(cx: &GrantContext<'_>, live: Option<&Inspection>) -> bool {
    if !live.is_none_or(|live| admits(&live.token, cx.origin.addr)) {
        return false;
    }
    match live.and_then(|live| live.token.binding) {
        None => true,
        Some(Binding::Certificate(print)) => cx.origin.certificate.as_ref().is_some_and(|c| c.sha256 == print),
        Some(Binding::Jwk(_)) => false,
    }
}

/// The current limits of the exchange that a refresh token came from: exchanging the refresh token yields no more than
/// refreshing it would.
async fn current_rule(cx: &GrantContext<'_>, subject: &Party) -> Result<Option<CurrentRule>, Refusal> {
    let Some(live) = subject.live.as_ref().filter(|live| live.token.kind == TokenKind::Refresh) else {
        return Ok(None);
    };
    let Some(grant) = &live.grant else { return Ok(None) };
    CurrentRule::of(cx.oauth, cx.service, cx.client, (&live.token, grant)).await
}
