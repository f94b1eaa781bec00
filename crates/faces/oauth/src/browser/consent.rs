//! `POST /authorization/consent`: handles the consent page.

use std::sync::Arc;

use axum::response::Response;
use http::HeaderMap;
use jeton_core::authorization::{self, AuthorizationError, Authorizer, Stage, Ticket, remember_consent, use_up};
use jeton_core::client_documents;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{CONSENT_DENIED, GRANT_NOT_ALLOWED, INTERACTION_INVALID, RESPONSE_TYPE_NOT_ALLOWED};
use jeton_wire::pages::signed_in;
use jeton_wire::{Addressed, Entity, Issuer, form};

use super::cookies::Cookies;
use super::outcome::{answer, refuse};

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
    let browser = cookies.browser(headers).ok_or(INTERACTION_INVALID)?;
    let ticket = Ticket::open(oauth, service.id, text, browser)?;
    let session = signed_in(oauth, service, headers).await?;
    let session = session.ok_or(INTERACTION_INVALID)?;
    match ticket.stage {
        Stage::Ask { session: shown, .. } if shown == session.token.id => {}
        _ => return Err(INTERACTION_INVALID.into()),
    }
    let client = ticket.client(oauth, service).await?;
    let request = &ticket.request;
    if params.get("decision") != Some("approve") {
        use_up(oauth, &ticket).await?;
        return Err(AuthorizationError {
            refusal: CONSENT_DENIED,
            return_to: Some(request.return_to(&client)),
            profile: client.profile,
        });
    }
    let error = |refusal| AuthorizationError {
        return_to: is_for_client(&refusal).then(|| request.return_to(&client)),
        refusal,
        profile: client.profile,
    };
    let described = (client.clone(), request.document.as_deref());
    let client = client_documents::kept(oauth, service, described, &session).await.map_err(error)?;
    let granted =
        authorization::answer(oauth, service, &client, request, &Authorizer::from(&session), Some(&ticket)).await;
    let granted = granted.map_err(error)?;
    remember_consent(oauth, service, &client, &session, &request.asked()).await?;
    Ok(answer(service, &client, request, &granted))
}

/// The client is not told about a page that was answered before; it is told if it may no longer have what it requested.
fn is_for_client(refusal: &Refusal) -> bool {
    refusal.is_one_of(&[RESPONSE_TYPE_NOT_ALLOWED, GRANT_NOT_ALLOWED])
}
