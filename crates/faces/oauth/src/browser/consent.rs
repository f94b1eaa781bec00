//! `/authorization/consent`: the consent page at an address of its own, and its answer.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use http::HeaderMap;
use jeton_core::authorization::{
    self, AuthorizationError, Authorizer, Returned, Stage, Stale, Ticket, remember_consent, use_up,
};
use jeton_core::client_documents;
use jeton_core::model::Service;
use jeton_core::people::Session;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{CONSENT_DENIED, GRANT_NOT_ALLOWED, INTERACTION_INVALID, RESPONSE_TYPE_NOT_ALLOWED};
use jeton_wire::pages::signed_in;
use jeton_wire::{Addressed, Entity, Issuer, form, query};

use super::again::{Again, Why, is_answered};
use super::authorize::{CONSENT, consent_page};
use super::cookies::Cookies;
use super::outcome::{answer, refuse};

/// Shows the page again: after the sign-in, when the browser goes back to it, when it is reloaded.
pub(crate) async fn show(
    Addressed(issuer): Addressed<Issuer>,
    RawQuery(text): RawQuery,
    headers: HeaderMap,
) -> Response {
    let text = text.unwrap_or_default();
    let params = query(&text).unwrap_or_default();
    let service = match issuer.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(&issuer, None, refusal.into()),
    };
    let Some(ticket) = params.get("ticket") else {
        return refuse(&issuer, Some(&service), INTERACTION_INVALID.into());
    };
    match shown(&issuer, &service, &headers, ticket).await {
        Ok(response) => response,
        Err(error) => refuse(&issuer, Some(&service), error),
    }
}

async fn shown(
    issuer: &Issuer,
    service: &Arc<Service>,
    headers: &HeaderMap,
    text: &str,
) -> Result<Response, AuthorizationError> {
    let oauth = &issuer.oauth;
    let ticket = match Ticket::returned(oauth, service.id, text, Cookies::of(service).browser(headers))? {
        Returned::Good(ticket) => {
            let answered = ticket.is_answered(oauth).await?;
            if answered && ticket.comes_once() {
                return Err(INTERACTION_INVALID.into());
            }
            let session = signed_in(oauth, service, headers).await?;
            if let Some(session) = session.filter(|session| !answered && is_shown_in(&ticket, session)) {
                let client = ticket.client(oauth, service).await?;
                return Ok(consent_page(issuer, (service, &client), &session, (&ticket, text), None));
            }
            ticket
        }
        Returned::Stale(_, ticket) => ticket,
    };
    if !matches!(ticket.stage, Stage::Ask { .. }) {
        return Err(INTERACTION_INVALID.into());
    }
    Again { issuer, service, headers, ticket: &ticket, why: Why::Opened }.respond().await
}

/// Whether this session's answer counts.
fn is_shown_in(ticket: &Ticket, session: &Session) -> bool {
    matches!(ticket.stage, Stage::Ask { session: shown, .. } if shown == session.token.id)
}

/// Handles the decision.
pub(crate) async fn consent(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap, body: Entity) -> Response {
    let service = match issuer.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(&issuer, None, refusal.into()),
    };
    match run(&issuer, &service, &headers, &body).await {
        Ok(response) => response,
        Err(error) => refuse(&issuer, Some(&service), error),
    }
}

async fn run(
    issuer: &Issuer,
    service: &Arc<Service>,
    headers: &HeaderMap,
    body: &Entity,
) -> Result<Response, AuthorizationError> {
    let (oauth, cookies) = (&issuer.oauth, Cookies::of(service));
    let params = form(headers, body.bytes()?)?;
    let text = params.get("ticket").ok_or(INTERACTION_INVALID)?;
    let (ticket, stale) = match Ticket::returned(oauth, service.id, text, cookies.browser(headers))? {
        Returned::Good(ticket) => (ticket, None),
        Returned::Stale(stale, ticket) => (ticket, Some(stale)),
    };
    if !matches!(ticket.stage, Stage::Ask { .. }) {
        return Err(INTERACTION_INVALID.into());
    }
    let again = async |stale: Stale| {
        let why = Why::Sent { stale, typed: None, endpoint: CONSENT };
        Again { issuer, service, headers, ticket: &ticket, why }.respond().await
    };
    if let Some(stale) = stale {
        return again(stale).await;
    }
    let session = signed_in(oauth, service, headers).await?;
    let Some(session) = session.filter(|session| is_shown_in(&ticket, session)) else {
        return again(Stale::Elsewhere).await;
    };
    let client = ticket.client(oauth, service).await?;
    let request = &ticket.request;
    if params.get("decision") != Some("approve") {
        return match use_up(oauth, &ticket).await {
            Ok(()) => Err(AuthorizationError {
                refusal: CONSENT_DENIED,
                return_to: Some(request.return_to(&client)),
                profile: client.profile,
            }),
            Err(refusal) if is_answered(&refusal, &ticket) => again(Stale::Answered).await,
            Err(refusal) => Err(refusal.into()),
        };
    }
    let error = |refusal: Refusal| {
        let return_to = is_for_client(&refusal).then(|| request.return_to(&client));
        AuthorizationError { refusal, return_to, profile: client.profile }
    };
    let described = (Arc::clone(&client), request.document.as_deref());
    let known = client_documents::kept(oauth, service, described, &session).await.map_err(error)?;
    let authorizer = Authorizer::from(&session);
    let granted = match authorization::answer(oauth, service, &known, request, &authorizer, Some(&ticket)).await {
        Ok(granted) => granted,
        Err(refusal) if is_answered(&refusal, &ticket) => return again(Stale::Answered).await,
        Err(refusal) => return Err(error(refusal)),
    };
    remember_consent(oauth, service, &known, &session, &request.asked()).await?;
    Ok(answer(service, &known, request, &granted))
}

/// The client is not told about a page that was answered before; it is told if it may no longer have what it requested.
fn is_for_client(refusal: &Refusal) -> bool {
    refusal.is_one_of(&[RESPONSE_TYPE_NOT_ALLOWED, GRANT_NOT_ALLOWED])
}
