//! `uma_ticket`, UMA 2.0 Grant section 3.3: a permission ticket becomes a requesting party token.
//!
//! A ticket is used up by any request of an authenticated client: in the commit that writes the RPT, or in the one that refuses;
//! where the client may try again, that commit also writes the next ticket.

use futures::future::BoxFuture;
use jeton_jose::Secret;

use crate::decision::{self, RequestedAccess};
use crate::party::{self, Party, Person};
use crate::permissions;
use crate::refusals::{TICKET_EXPIRED, TICKET_INVALID, UMA_NEED_INFO, UMA_REQUEST_DENIED, UMA_REQUEST_SUBMITTED};
use crate::ticket::{self, TICKET, Ticket};
use crate::{CLASSIC_GRANT_TYPE, GRANT_TYPE, ID_TOKEN_FORMAT, requests};
use jeton_ledger::ledger::{Denial, MintPrecondition, Plan, TokenPlan, Verdict};
use jeton_ledger::refusals::{CLIENT_UNKNOWN, SCOPE_NOT_ALLOWED};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Client, CompatibilityMode, SingleUseKey, TokenDetails, TokenFormat, TokenKind};
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING, REQUEST_TOO_LARGE};
use jeton_model::scope::Scope;
use jeton_model::store::{Lost, Write};
use jeton_oauth::introspection::Reader;
use jeton_oauth::token_endpoint::{Decision, GrantContext, GrantRequest, GrantType, OpenTo, Params};
use jeton_people::refusals::REQUEST_PACE;

/// The grant of UMA 2.0.
pub struct UmaTicket;

impl GrantType for UmaTicket {
    fn grant_type(&self) -> &'static str {
        GRANT_TYPE
    }

    fn aliases(&self) -> &'static [&'static str] {
        &[CLASSIC_GRANT_TYPE]
    }

    fn allows_public(&self) -> bool {
        true
    }

    fn open_to(&self) -> OpenTo {
        OpenTo::Anyone
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["ticket", "claim_token", "claim_token_format", "pct", "rpt"]
    }

    fn parse(&self, params: &Params<'_>, claimed: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        let ticket = Secret::new(params.required("ticket")?);
        // A client without a secret must be registered for it (`docs/contracts/oauth-token-endpoint.md` section 3).
        if claimed.is_some_and(|client| client.is_public() && !client.uma_public) {
            return Err(CLIENT_UNKNOWN);
        }
        let secret = |name: &str| params.get(name).map(Secret::new);
        Ok(Box::new(Request {
            ticket,
            claim_token: secret("claim_token"),
            claim_token_format: params.get("claim_token_format").map(str::to_owned),
            pct: secret("pct"),
            rpt: secret("rpt"),
            scope: params.get("scope").map(str::to_owned),
        }))
    }
}

struct Request {
    ticket: Secret,
    claim_token: Option<Secret>,
    claim_token_format: Option<String>,
    pct: Option<Secret>,
    rpt: Option<Secret>,
    scope: Option<String>,
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let key = ticket::key(self.ticket.expose());
            let entry = cx.oauth.ledger.store().single_use(TICKET.kind, key).await?;
            let entry = entry.filter(|e| e.service == cx.service.id && e.used.is_none());
            let entry = entry.ok_or(TICKET_INVALID)?;
            if entry.expires <= cx.oauth.ledger.now() {
                return Err(TICKET_EXPIRED);
            }
            let ticket: Ticket = serde_json::from_slice(&entry.payload)?;
            // A client cannot use up another client's ticket.
            if ticket.client.is_some_and(|client| client != cx.client.key) {
                return Err(TICKET_INVALID);
            }
            match self.weigh(&cx, &ticket, key).await {
                Ok(decision) => Ok(decision),
                Err(fault) if fault.is_fault() => Err(fault),
                // The same ticket remains valid for a later attempt.
                Err(paced) if paced.is_one_of(&[REQUEST_PACE, REQUEST_TOO_LARGE]) => Err(paced),
                Err(refusal) => Ok(refuse(key, refusal, Vec::new())),
            }
        })
    }
}

impl Request {
    /// Decides about a valid ticket.
    async fn weigh(self, cx: &GrantContext<'_>, ticket: &Ticket, key: SingleUseKey) -> Result<Decision, Refusal> {
        let added = self.added(cx.client)?;
        self.check_format()?;
        let requested = RequestedAccess::read(cx.oauth, cx.service, ticket, &added).await?;
        let rpt = self.rpt;
        let person = person(cx, &requested, self.claim_token, self.pct).await?;
        let party = Party { client: cx.client, person };
        match decision::decide(cx.oauth, cx.service, &requested, &party).await? {
            decision::Verdict::Permit => {
                let precondition = MintPrecondition::SingleUse { kind: TICKET.kind, key };
                let plan = plan(cx, &requested, &party, rpt.as_ref()).await?;
                let plan = Plan { precondition: Some(precondition), ..plan };
                Ok(Decision::Exchange(Box::new(plan), Box::new(|_, lost| Box::pin(async { Err(lost_to(lost)) }))))
            }
            decision::Verdict::Deny => Err(UMA_REQUEST_DENIED),
            decision::Verdict::NeedInfo(required) => {
                let (ticket, writes) = again(cx, ticket).await?;
                Ok(refuse(
                    key,
                    UMA_NEED_INFO.handing_out(ticket).and("required_claims", serde_json::to_value(required)?),
                    writes,
                ))
            }
            decision::Verdict::Ask(places) => {
                let (next, mut writes) = again(cx, ticket).await?;
                for place in places {
                    let Some((line, Some(resource))) = requested.lines.get(place) else { continue };
                    let asked = requests::submit(cx.oauth, cx.service.id, resource, &line.scopes, &party).await?;
                    writes.extend(asked.ok_or(UMA_REQUEST_DENIED)?);
                }
                Ok(refuse(key, UMA_REQUEST_SUBMITTED.handing_out(next), writes))
            }
        }
    }

    /// The scopes that the client requests beside the ticket's (UMA 2.0 Grant section 3.3.4): each must be registered for it.
    fn added(&self, client: &Client) -> Result<Vec<String>, Refusal> {
        let Some(text) = &self.scope else { return Ok(Vec::new()) };
        let not_allowed = || SCOPE_NOT_ALLOWED.with(text.split(' ').collect::<Vec<_>>().join(","));
        let scope = Scope::parse(text).map_err(|_| not_allowed())?;
        match scope.beyond(&client.scope) {
            Some(beyond) => Err(SCOPE_NOT_ALLOWED.with(beyond)),
            None => Ok(scope.words().map(str::to_owned).collect()),
        }
    }

    /// Token and format must be sent together (UMA 2.0 Grant section 3.3.1), and there is only one format.
    fn check_format(&self) -> Result<(), Refusal> {
        match (&self.claim_token, self.claim_token_format.as_deref()) {
            (None, None) | (Some(_), Some(ID_TOKEN_FORMAT)) => Ok(()),
            (Some(_), None) => Err(PARAMETER_MISSING.with("claim_token_format")),
            (None, Some(_)) => Err(PARAMETER_MISSING.with("claim_token")),
            (Some(_), Some(_)) => Err(PARAMETER_INVALID.with("claim_token_format")),
        }
    }
}

/// The requesting party: by its claim token, else by its PCT.
async fn person(
    cx: &GrantContext<'_>,
    requested: &RequestedAccess,
    claim_token: Option<Secret>,
    pct: Option<Secret>,
) -> Result<Option<Person>, Refusal> {
    match (claim_token, pct) {
        (Some(text), _) => {
            party::by_claim_token(cx.oauth, cx.service, cx.client, text, &requested.rules()).await.map(Some)
        }
        (None, Some(text)) => party::by_pct(cx.oauth, cx.service, cx.client, text.expose()).await,
        (None, None) => Ok(None),
    }
}

/// The RPT; with a PCT when the requesting party is known.
async fn plan(
    cx: &GrantContext<'_>,
    requested: &RequestedAccess,
    party: &Party<'_>,
    old: Option<&Secret>,
) -> Result<Plan, Refusal> {
    let plain = TokenPlan::access(cx.service, cx.client, Scope::empty());
    let end = plain.lifetime.map_or(Timestamp::default(), |life| cx.oauth.ledger.now() + life);
    let mut permissions = permissions::of_requested(requested, end);
    let replaces = match old {
        Some(text) => earlier(cx, requested, party, text).await?,
        None => None,
    };
    if let Some(old) = &replaces {
        let kept = permissions::reported(cx.oauth, cx.service.id, old, Reader::All).await?;
        permissions = permissions::merged(permissions, kept)?;
    }
    let details = TokenDetails {
        claims: permissions::claims(cx.client, &permissions),
        other: owner_mark(requested),
        permissions,
        ..TokenDetails::default()
    };
    let rpt = TokenPlan {
        kind: TokenKind::Rpt,
        audience: audience(cx, requested).await?.into(),
        parent: replaces.as_ref().map(|old| old.id),
        details,
        ..plain
    };
    let mut tokens = vec![rpt];
    tokens.extend(party.person.as_ref().and_then(Person::kept).map(|kept| pct(cx, kept)));
    let mut plan = Plan { tokens, replaces, subject: party.subject(), ..cx.plan() };
    plan.user = party.person.as_ref().and_then(|person| person.user.clone());
    Ok(plan)
}

/// The RPT to upgrade: a live one of this client, for the same person, about the same owner's resources. Any other is left
/// unchanged, and the new RPT does not replace it.
async fn earlier(
    cx: &GrantContext<'_>,
    requested: &RequestedAccess,
    party: &Party<'_>,
    text: &Secret,
) -> Result<Option<std::sync::Arc<jeton_model::records::Token>>, Refusal> {
    let Verdict::Active(live) = cx.oauth.ledger.inspect(cx.service.id, text.expose()).await? else { return Ok(None) };
    let token = live.token;
    let same_kind = token.kind == TokenKind::Rpt && token.client == Some(cx.client.key);
    let same_person = token.subject == party.subject();
    let mark = owner_mark(requested);
    let same_owner = !mark.is_empty() && token.details.as_ref().is_some_and(|d| d.other.get(OWNER) == mark.get(OWNER));
    Ok((same_kind && same_person && same_owner).then_some(token))
}

/// The member of an RPT's details that names the owner of its resources.
const OWNER: &str = "uma_owner";

/// That member; none when the resources have several owners.
fn owner_mark(requested: &RequestedAccess) -> serde_json::Map<String, serde_json::Value> {
    let mut owners = requested.lines.iter().filter_map(|(_, resource)| resource.as_ref()).map(|r| r.owner);
    let first = owners.next();
    match first.filter(|first| owners.all(|owner| owner == *first)) {
        Some(owner) => serde_json::Map::from_iter([(OWNER.to_owned(), owner.key().into())]),
        None => serde_json::Map::new(),
    }
}

/// The resource servers that it is for, by client id.
async fn audience(cx: &GrantContext<'_>, requested: &RequestedAccess) -> Result<String, Refusal> {
    let mut names: Vec<String> = Vec::new();
    for (_, resource) in &requested.lines {
        let Some(resource) = resource else { continue };
        let Some(server) = cx.oauth.ledger.entities().client(resource.server).await? else { continue };
        let name = server.client_id.as_str();
        if !name.contains(' ') && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names.join(" "))
}

/// A persisted claims token: what is known of the person, for this client's next ticket.
fn pct(cx: &GrantContext<'_>, kept: serde_json::Map<String, serde_json::Value>) -> TokenPlan {
    let lifetime = cx.client.refresh_token_lifetime.unwrap_or(cx.service.settings.refresh_token_lifetime);
    TokenPlan {
        details: TokenDetails { other: kept, ..TokenDetails::default() },
        ..TokenPlan::new(TokenKind::Pct, TokenFormat::Opaque, Scope::empty(), Some(lifetime))
    }
}

/// A new ticket for the same permissions, which only this client can redeem. A SimpleIdServer client has to start again at the
/// resource server.
async fn again(cx: &GrantContext<'_>, ticket: &Ticket) -> Result<(Option<Secret>, Vec<Write>), Refusal> {
    if cx.client.profile == CompatibilityMode::Classic {
        return Ok((None, Vec::new()));
    }
    let (text, write) = ticket::next(cx.oauth, cx.service, ticket, (cx.client, cx.origin)).await?;
    Ok((Some(text), vec![write]))
}

fn refuse(key: SingleUseKey, refusal: Refusal, writes: Vec<Write>) -> Decision {
    Decision::Refuse(Box::new(Denial { kind: TICKET.kind, key, writes, refusal, on_lost: lost_to }))
}

fn lost_to(lost: Lost) -> Refusal {
    match lost {
        Lost::Expired => TICKET_EXPIRED,
        _ => TICKET_INVALID,
    }
}
