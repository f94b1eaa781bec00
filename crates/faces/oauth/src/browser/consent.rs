//! `POST /authorization/consent`: the answer of the consent page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use jeton_core::authorization::{
    AuthorizationError, ReturnTo, Stage, Ticket, grant_code, redirect, remember_consent, use_up,
};
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;

use super::cookies::Cookies;
use super::outcome::{answer, refuse};
use crate::state::OauthState;
use crate::wire::{Entity, form};

/// Takes the decision.
pub(crate) async fn consent(State(state): State<OauthState>, headers: HeaderMap, body: Entity) -> Response {
    let service = match state.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(&state, None, refusal.into()),
    };
    match run(&state, &service, &headers, &body).await {
        Ok(response) => response,
        Err(error) => refuse(&state, Some(&service), error),
    }
}

async fn run(
    state: &OauthState,
    service: &Arc<Service>,
    headers: &HeaderMap,
    body: &Entity,
) -> Result<Response, AuthorizationError> {
    let (ledger, cookies) = (&state.ledger, Cookies::of(service));
    let params = form(headers, body.bytes()?)?;
    let text = params.get("ticket").ok_or(Refusal::InteractionInvalid)?;
    let browser = cookies.browser(headers).ok_or(Refusal::InteractionInvalid)?;
    let ticket = Ticket::open(ledger, service.id, text, browser)?;
    let session = cookies.signed_in(ledger, service, headers).await?;
    let session = session.ok_or(Refusal::InteractionInvalid)?;
    match ticket.stage {
        Stage::Ask { session: shown, .. } if shown == session.token.id => {}
        _ => return Err(Refusal::InteractionInvalid.into()),
    }
    let client = ledger.directory().client(ticket.request.client).await.map_err(Refusal::from)?;
    let client = client.filter(|c| c.enabled).ok_or(Refusal::ClientUnknown)?;
    // The page may have been open for long: nobody is sent to an address that is no longer the client's.
    if !redirect::is_registered(&client, &ticket.request.redirect_uri) {
        return Err(Refusal::RedirectUriUnregistered.into());
    }
    let request = &ticket.request;
    if params.get("decision") != Some("approve") {
        use_up(ledger, &ticket).await?;
        let return_to = ReturnTo { redirect_uri: request.redirect_uri.clone(), state: request.state.clone() };
        return Err(AuthorizationError {
            refusal: Refusal::ConsentDenied,
            return_to: Some(return_to),
            profile: client.profile,
        });
    }
    let code = grant_code(ledger, service, request, &session, Some(&ticket)).await?;
    remember_consent(ledger, service, &client, &session, &request.scope).await?;
    Ok(answer(service, request, &code))
}
