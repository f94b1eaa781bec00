//! `urn:ietf:params:oauth:grant-type:token-exchange`, RFC 8693: give a token, get one with less, for somebody else, or in
//! another's name.
//!
//! Rights only shrink: the new token lies within the subject token's scopes and the client's, ends with it, stays in its
//! family and keeps its sender constraint. Who may exchange whose tokens is in `exchange/`.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_jose::Secret;

use super::{Decision, Grant, GrantContext, GrantRequest, Params, access, refresh, resource};
use crate::api_tokens::admits;
use crate::exchange::{Party, Terms, TokenType, chain, decide};
use crate::ledger::{Family, Plan, TokenPlan};
use crate::model::{Binding, Client, TokenDetails, TokenFormat};
use crate::profiles;
use crate::refusal::Refusal;
use crate::scope::Scope;

pub(super) struct TokenExchange;

impl Grant for TokenExchange {
    fn grant_type(&self) -> &'static str {
        "urn:ietf:params:oauth:grant-type:token-exchange"
    }

    fn repeats(&self) -> &'static [&'static str] {
        &["resource", "audience"]
    }

    fn parse(&self, params: &Params<'_>, _: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        let subject = (Secret::new(params.required("subject_token")?), kind(params, "subject_token_type")?);
        let actor = match params.get("actor_token") {
            Some(text) => Some((Secret::new(text), kind(params, "actor_token_type")?)),
            // RFC 8693 section 2.1: "MUST NOT be included" then.
            None if params.get("actor_token_type").is_some() => return Err(Refusal::ParameterMissing("actor_token")),
            None => None,
        };
        let wanted = match params.get("requested_token_type") {
            None => TokenType::Access,
            Some(urn) => TokenType::read(urn)
                .filter(|kind| *kind != TokenType::Id)
                .ok_or(Refusal::ParameterInvalid("requested_token_type"))?,
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
    TokenType::read(params.required(name)?).ok_or(Refusal::ParameterInvalid(name))
}

/// The longest list of audiences, in bytes.
const LONGEST: usize = 4096;

/// Logical names; each value may hold several, separated by blanks, as older clients send them.
fn audiences(params: &Params<'_>) -> Result<Vec<String>, Refusal> {
    let all: Vec<String> =
        params.all("audience").flat_map(|v| v.split(' ')).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let printable = |word: &String| word.bytes().all(|b| b.is_ascii_graphic());
    if all.iter().map(String::len).sum::<usize>() <= LONGEST && all.iter().all(printable) {
        Ok(all)
    } else {
        Err(Refusal::AudienceUnknown)
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
        let format = access(cx.service, cx.client, Scope::empty()).format;
        // Grid clients are told what INDIGO IAM says where they did not ask (`contracts/indigo-iam.md` section 7.6).
        let is_grid = profiles::of(Some(cx.client), &cx.service.settings).is_some();
        let of_grid = !self.wanted_named && is_grid && format == TokenFormat::Jwt;
        Some(if of_grid { TokenType::Jwt.urn() } else { self.wanted.urn() })
    }

    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let subject = self.subject(&cx).await?;
            let actor = self.actor(&cx).await?;
            let terms = decide(cx.ledger, cx.service, cx.client, &subject, actor.as_ref()).await?;
            let audience = self.audience(&cx, &subject, &terms).await?;
            let (scope, offline) = self.scope(&terms)?;
            let actor_claim = match terms.names_actor {
                true => Some(chain(&subject, cx.client, actor.as_ref())?),
                false => subject.act.clone(),
            };
            let wants_refresh = self.wanted == TokenType::Refresh;
            if (wants_refresh || offline) && !(terms.refresh && cx.client.may_use("refresh_token")) {
                return Err(Refusal::ExchangeNotAllowed);
            }
            let shape = |token: TokenPlan| shaped(token, &subject, &audience, actor_claim.clone());
            let mut tokens = Vec::with_capacity(2);
            if !wants_refresh {
                let mut access = access(cx.service, cx.client, scope.clone());
                if self.wanted == TokenType::Jwt {
                    access.format = TokenFormat::Jwt;
                }
                access.lifetime = within_life(access.lifetime, &subject, cx.ledger.now());
                tokens.push(shape(access));
            }
            if wants_refresh || offline {
                // Bounded by the family, which must be there to be refreshed.
                subject.live.as_ref().and_then(|l| l.grant.as_ref()).ok_or(Refusal::ExchangeNotAllowed)?;
                tokens.push(shape(refresh(cx.service, cx.client, scope)));
            }
            let live = subject.live.as_ref();
            let family = live.and_then(|l| l.grant.clone()).map_or(Family::Own, Family::Existing);
            let mut plan = Plan { family, tokens, ..cx.plan() };
            if let Some(live) = live {
                plan.subject = live.token.subject.clone();
                plan.device = live.token.device;
                // A client that acted for itself is a subject too; the new token must say so, not name its new holder.
                if plan.subject.is_none() {
                    return Ok(Decision::Mint(Box::new(self.of_client(plan, &subject, &cx)?)));
                }
            }
            plan.user.clone_from(&subject.user);
            if let (None, Some(user)) = (&plan.subject, &subject.user) {
                plan.subject = Some(crate::model::Subject::User(user.key));
            }
            Ok(Decision::Mint(Box::new(plan)))
        })
    }
}

impl Request {
    async fn subject(&self, cx: &GrantContext<'_>) -> Result<Party, Refusal> {
        let (text, kind) = &self.subject;
        let party = Party::prove(cx.ledger, cx.service, text, *kind).await?.ok_or(Refusal::SubjectTokenInvalid)?;
        // A refresh token in foreign hands is a leak, whatever rules say.
        let foreign = party.client.as_ref().is_none_or(|c| c.key != cx.client.key);
        let leaked = *kind == TokenType::Refresh && foreign;
        if leaked || !is_proven(cx, &party) { Err(Refusal::SubjectTokenInvalid) } else { Ok(party) }
    }

    /// Only who was given a token can say that its subject acts here.
    async fn actor(&self, cx: &GrantContext<'_>) -> Result<Option<Party>, Refusal> {
        let Some((text, kind)) = &self.actor else { return Ok(None) };
        if *kind == TokenType::Refresh {
            return Err(Refusal::ActorTokenInvalid);
        }
        let party = Party::prove(cx.ledger, cx.service, text, *kind).await?;
        let own = |p: &Party| p.client.as_ref().is_some_and(|c| c.key == cx.client.key);
        party.filter(|p| own(p) && is_proven(cx, p)).map(Some).ok_or(Refusal::ActorTokenInvalid)
    }

    /// For whom the new token is: what was asked for, each within the subject token's or the rule's; without a question
    /// the subject token's own.
    async fn audience(&self, cx: &GrantContext<'_>, subject: &Party, terms: &Terms) -> Result<Arc<str>, Refusal> {
        let known =
            |word: &str| subject.audience.split(' ').any(|w| w == word) || terms.audience.iter().any(|w| w == word);
        let open = terms.audience.iter().any(|w| w == "*");
        let mut all = Vec::new();
        for word in &self.audience {
            // A logical name is a client's of this service, where a rule does not say more; older clients name addresses so.
            let client = open
                && (url::Url::parse(word).is_ok()
                    || cx.ledger.directory().client_by_id(cx.service.id, word).await?.is_some());
            if !known(word) && !client {
                return Err(Refusal::AudienceUnknown);
            }
            all.push(word.as_str());
        }
        for word in self.resource.iter().flat_map(|words| words.split(' ')) {
            if !known(word) && !open {
                return Err(Refusal::ResourceInvalid);
            }
            all.push(word);
        }
        Ok(if all.is_empty() {
            Arc::clone(&subject.audience)
        } else {
            Scope::from_words(all.into_iter()).as_str().into()
        })
    }

    /// The new scope, and whether a refresh token is asked for by `offline_access`, which is no right of the token's.
    fn scope(&self, terms: &Terms) -> Result<(Scope, bool), Refusal> {
        let Some(text) = &self.scope else { return Ok((terms.rules.of_list(&terms.scope), false)) };
        let asked = Scope::parse(text).map_err(|_| Refusal::ScopeNotAllowed(text.replace(' ', ",")))?;
        let offline = asked.contains("offline_access") && terms.refresh && !terms.scope.contains("offline_access");
        let asked = Scope::from_words(asked.words().filter(|w| !(offline && *w == "offline_access")));
        if let Some(beyond) = asked.beyond(&terms.scope) {
            return Err(Refusal::ScopeNotAllowed(beyond));
        }
        if let Some(denied) = asked.words().find(|word| !terms.rules.permits(word)) {
            return Err(Refusal::ExchangeScopeDenied(denied.to_owned()));
        }
        Ok((asked, offline))
    }

    /// A client's own token: it stays the client's when that client exchanges it; for another one its name becomes the
    /// subject.
    fn of_client(&self, mut plan: Plan, subject: &Party, cx: &GrantContext<'_>) -> Result<Plan, Refusal> {
        let own = subject.client.as_ref().is_some_and(|c| c.key == cx.client.key);
        if !own {
            plan.subject = Some(crate::model::Subject::External(subject.sub.as_str().into()));
        }
        Ok(plan)
    }
}

/// A token bound to a certificate counts only over a connection that proves it (RFC 8705 section 3), one with address ranges
/// only from there: no exchange moves it elsewhere.
fn is_proven(cx: &GrantContext<'_>, party: &Party) -> bool {
    if !party.live.as_ref().is_none_or(|live| admits(&live.token, cx.origin.addr)) {
        return false;
    }
    match party.live.as_ref().and_then(|live| live.token.binding) {
        None => true,
        Some(Binding::Certificate(print)) => cx.origin.certificate.as_ref().is_some_and(|c| c.sha256 == print),
        Some(Binding::Jwk(_)) => false,
    }
}

/// What a token inherits.
fn shaped(token: TokenPlan, subject: &Party, audience: &Arc<str>, actor: Option<serde_json::Value>) -> TokenPlan {
    let live = subject.live.as_ref();
    TokenPlan {
        audience: Arc::clone(audience),
        parent: live.map(|l| l.token.id),
        binding: live.and_then(|l| l.token.binding).or(token.binding),
        details: TokenDetails { actor, ..token.details },
        ..token
    }
}

/// Never longer than the subject token.
fn within_life(own: Option<Duration>, subject: &Party, now: crate::clock::Timestamp) -> Option<Duration> {
    match (own, subject.expires.map(|end| end.since(now))) {
        (Some(own), Some(left)) => Some(own.min(left)),
        (own, left) => own.or(left),
    }
}
