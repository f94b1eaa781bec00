//! `/uma/requests`: where a resource owner sees requests for their resources, and decides.

use axum::response::Response;
use http::HeaderMap;
use jeton_core::model::Service;
use jeton_core::people::Session;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INTERACTION_INVALID;
use jeton_core::uma::Rule;
use jeton_core::uma::owner::{self, Asked, OwnerTicket, Shown};
use jeton_core::uma::requests::RequestState;
use jeton_wire::pages::{ClientName, below_issuer, finish_apart, see_other, signed_in};
use jeton_wire::{Addressed, Entity, Issuer, form};

use crate::page::{OwnerPage, RequestLine, ResourceLine, RuleLine};
use crate::state::UmaState;

const PATH: &str = "/uma/requests";

/// Shows the page; asks for sign-in first.
pub(crate) async fn show(Addressed(state): Addressed<UmaState>, headers: HeaderMap) -> Response {
    let UmaState { issuer, sign_in_first } = &state;
    finish_apart(issuer, async |service| {
        let session = signed_in(&issuer.oauth, service, &headers).await?;
        match session {
            Some(session) => shown(issuer, service, &session).await,
            None => sign_in_first(issuer, service, &headers, PATH.to_owned()),
        }
    })
    .await
}

/// Handles a decision.
pub(crate) async fn answer(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap, body: Entity) -> Response {
    finish_apart(&issuer, async |service| {
        let params = form(&headers, body.bytes()?)?;
        let session = signed_in(&issuer.oauth, service, &headers).await?;
        let session = session.ok_or(INTERACTION_INVALID)?;
        let ticket = params.get("ticket").ok_or(INTERACTION_INVALID)?;
        let approve = params.get("decision") == Some("approve");
        owner::answer(&issuer.oauth, service, &session, ticket, approve).await?;
        Ok(see_other(&below_issuer(service, PATH)))
    })
    .await
}

async fn shown(issuer: &Issuer, service: &Service, session: &Session) -> Result<Response, Refusal> {
    let seen = owner::overview(&issuer.oauth, service, session).await?;
    let mut requests = Vec::with_capacity(seen.requests.len());
    for asked in seen.requests {
        let ticket = OwnerTicket::sealed(&issuer.oauth, service, session, &asked.kept)?;
        requests.push(request_line(asked, ticket));
    }
    let more = seen.total.saturating_sub(seen.resources.len());
    let page = OwnerPage {
        issuer_name: &service.name,
        account: &session.user.username,
        action: &below_issuer(service, PATH),
        requests,
        resources: seen.resources.into_iter().map(resource_line).collect(),
        more,
    };
    Ok(page.render())
}

fn request_line(asked: Asked, ticket: String) -> RequestLine {
    let request = asked.kept.request;
    let issuer = request.person.as_deref().and_then(|name| name.split_once('|')).map_or("", |(issuer, _)| issuer);
    RequestLine {
        client: ClientName::new(asked.client.display_name()),
        resource: calm(&asked.resource.description.name),
        scopes: request.scopes,
        issuer: issuer.to_owned(),
        person: request.called.as_deref().map(calm),
        answer: match request.answer {
            RequestState::Waiting => "waiting",
            RequestState::Approved => "approved",
            RequestState::Denied => "denied",
        },
        ticket,
    }
}

fn resource_line(shown: Shown) -> ResourceLine {
    let server = shown.server.as_ref().map_or("a server that is gone", |client| client.display_name());
    ResourceLine {
        server: ClientName::new(server),
        rules: shown.policies.iter().flat_map(|policy| &policy.rules).map(rule_line).collect(),
        name: calm(&shown.resource.description.name),
        scopes: shown.resource.description.scopes,
    }
}

/// Text from others, made safe for use in a sentence.
fn calm(text: &str) -> String {
    ClientName::new(text).to_string()
}

/// A rule in words.
fn rule_line(rule: &Rule) -> RuleLine {
    let claims: Vec<String> = rule.claims.iter().map(|claim| format!("{} is {}", claim.kind, claim.value)).collect();
    let who = match (rule.clients.is_empty(), claims.is_empty()) {
        (true, true) => "Anybody".to_owned(),
        (true, false) => format!("Anybody whose {}", claims.join(" and ")),
        (false, true) => rule.clients.join(", "),
        (false, false) => format!("{}, for people whose {}", rule.clients.join(", "), claims.join(" and ")),
    };
    let asks = if rule.consent_needed { ", after you agreed" } else { "" };
    RuleLine { who, what: format!("{}{asks}", rule.scopes.join(", ")) }
}
