//! `urn:ietf:params:oauth:grant-type:token-exchange`, RFC 8693: exchanges a token for one with fewer rights, for another client,
//! or with an actor.
//!
//! Rights only shrink: the new token lies within the subject token's scope and the client's, ends with it, stays in
//! its family and keeps its sender constraint, its address ranges and its `may_act`. With a refresh token a new
//! family begins, which ends with the subject token's (`crates/ledger/src/ledger/descent.rs`) and cannot end
//! that one. Who may exchange which tokens is decided in `exchange/`.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_jose::Secret;

use crate::exchange::refusals::{
    ACTOR_TOKEN_INVALID, AUDIENCE_UNKNOWN, EXCHANGE_NOT_ALLOWED, EXCHANGE_SCOPE_DENIED, SUBJECT_TOKEN_INVALID,
};
use crate::exchange::{CurrentRule, MAY_ACT, Party, Terms, TokenType, chain, decide, formed, may_name};
use crate::profiles;
use crate::token_endpoint::refusals::RESOURCE_INVALID;
use crate::token_endpoint::{
    Decision, GrantContext, GrantRequest, GrantType, HandedExchange, HandedRequest, OpenTo, Params, refresh, resource,
};
use jeton_ledger::address_ranges::{admits, inherit, is_ranged};
use jeton_ledger::ledger::{Family, Inspection, Lineage, NewGrant, Plan, TokenPlan};
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::records::{Binding, Client, Exchanged, GrantDetails, TokenFormat, TokenKind};
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};
use jeton_model::scope::Scope;

pub(super) struct TokenExchange;

/// The scope that asks for a refresh token (OpenID Connect Core 1.0 section 11).
const OFFLINE: &str = "offline_access";

const NAME: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

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
        let subject = (Secret::new(params.required("subject_token")?), kind(params, "subject_token_type")?);
        let actor = match params.get("actor_token") {
            Some(text) => Some((Secret::new(text), kind(params, "actor_token_type")?)),
            // RFC 8693 section 2.1: "MUST NOT be included" without an actor token.
            None if params.get("actor_token_type").is_some() => return Err(PARAMETER_MISSING.with("actor_token")),
            None => None,
        };
        let wanted = match params.get("requested_token_type") {
            None => TokenType::Access,
            Some(urn) => TokenType::read(urn)
                .filter(|kind| *kind != TokenType::Id)
                .ok_or_else(|| PARAMETER_INVALID.with("requested_token_type"))?,
        };
        Ok(Box::new(Request {
            subject,
            actor,
            wanted,
            wanted_named: params.get("requested_token_type").is_some(),
            scope: params.get("scope").map(str::to_owned),
            resource: resource::indicated(params)?,
            audience: audiences(params)?,
        }))
    }
}

fn kind(params: &Params<'_>, name: &'static str) -> Result<TokenType, Refusal> {
    TokenType::read(params.required(name)?).ok_or_else(|| PARAMETER_INVALID.with(name))
}

/// The longest list of audiences, in bytes.
const LONGEST: usize = 4096;

/// Logical names; each value may hold several, separated by blanks, since older clients send them so.
fn audiences(params: &Params<'_>) -> Result<Vec<String>, Refusal> {
    let all: Vec<String> =
        params.all("audience").flat_map(|v| v.split(' ')).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let printable = |word: &String| word.bytes().all(|b| b.is_ascii_graphic());
    if all.iter().map(String::len).sum::<usize>() <= LONGEST && all.iter().all(printable) {
        Ok(all)
    } else {
        Err(AUDIENCE_UNKNOWN)
    }
}

struct Request {
    subject: (Secret, TokenType),
    actor: Option<(Secret, TokenType)>,
    wanted: TokenType,
    wanted_named: bool,
    scope: Option<String>,
    resource: Option<Arc<str>>,
    audience: Vec<String>,
}

impl GrantRequest for Request {
    fn issued_token_type(&self, cx: &GrantContext<'_>) -> Option<&'static str> {
        let format = TokenPlan::access(cx.service, cx.client, Scope::empty()).format;
        // Clients with a grid profile get INDIGO IAM's answer when they name no audience (`docs/contracts/indigo-iam.md`
        // section 7.6).
        let is_grid = profiles::of(Some(cx.client), &cx.service.settings).is_some();
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
            let mut audience = self.audience(&cx, &subject, &terms).await?;
            if let Some(current_rule) = current_rule(&cx, &subject).await? {
                terms.scope = current_rule.scope(&terms.scope);
                audience = current_rule.audience(cx.oauth, cx.service, &audience).await?;
            }
            // An ID token only states who signed in, so it yields no refresh token that would outlive that statement.
            let may_refresh = terms.refresh && self.subject.1 != TokenType::Id && cx.client.may_use("refresh_token");
            let (scope, offline) = self.scope(&terms, may_refresh)?;
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

    /// The audience of the new token: the requested one, within the subject token's or the rule's; if none is requested,
    /// the subject token's own.
    async fn audience(&self, cx: &GrantContext<'_>, subject: &Party, terms: &Terms) -> Result<Arc<str>, Refusal> {
        let named = self.audience.iter().map(|word| (word.as_str(), AUDIENCE_UNKNOWN));
        let resources = self.resource.iter().flat_map(|words| words.split(' '));
        let mut all = Vec::new();
        for (word, refusal) in named.chain(resources.map(|word| (word, RESOURCE_INVALID))) {
            if !may_name(cx.oauth, cx.service, (&subject.audience, &terms.audience), word).await? {
                return Err(refusal);
            }
            all.push(word);
        }
        Ok(if all.is_empty() {
            Arc::clone(&subject.audience)
        } else {
            Scope::from_words(all.into_iter()).as_str().into()
        })
    }

    /// The new scope, and whether a refresh token is issued with the access token: `offline_access` asks for one. The scope
    /// `offline_access` is in the new scope only if the subject token has it.
    fn scope(&self, terms: &Terms, may_refresh: bool) -> Result<(Scope, bool), Refusal> {
        let Some(text) = &self.scope else { return Ok((terms.rules.of_list(&terms.scope), false)) };
        let asked = parse_scope(text)?;
        let asks = asked.contains(OFFLINE);
        let only_asks = asks && terms.refresh && !terms.scope.contains(OFFLINE);
        if only_asks && !may_refresh {
            return Err(EXCHANGE_NOT_ALLOWED);
        }
        let asked = Scope::from_words(asked.words().filter(|word| !(only_asks && *word == OFFLINE)));
        if let Some(beyond) = asked.beyond(&terms.scope) {
            return Err(SCOPE_NOT_ALLOWED.with(beyond));
        }
        if let Some(denied) = asked.words().find(|word| !terms.rules.permits(word)) {
            return Err(EXCHANGE_SCOPE_DENIED.with(denied.to_owned()));
        }
        Ok((asked, asks && may_refresh))
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

fn parse_scope(text: &str) -> Result<Scope, Refusal> {
    Scope::parse(text).map_err(|_| SCOPE_NOT_ALLOWED.with(text.replace(' ', ",")))
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

/// What a token inherits from the subject token.
///
/// # Errors
/// [`EXCHANGE_NOT_ALLOWED`] when a JWT is requested from a token with address ranges: offline verifiers do not check
/// where a request comes from.
fn shape(
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
fn descendant(
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
fn within_life(own: Option<Duration>, subject: &Party, now: jeton_model::clock::Timestamp) -> Option<Duration> {
    match (own, subject.expires.map(|end| end.since(now))) {
        (Some(own), Some(left)) => Some(own.min(left)),
        (own, left) => own.or(left),
    }
}
