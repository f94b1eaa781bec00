//! `/end_session`: sign-out, requested by a client or by the person.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use http::HeaderMap;
use jeton_core::authorization::sign_out::{self, SignOutRequest, SignOutTicket};
use jeton_core::grants::Params;
use jeton_core::logout::front_channel;
use jeton_core::model::Service;
use jeton_core::people::end_session;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INTERACTION_INVALID;
use jeton_wire::pages::{FormTargets, below_issuer, finish, see_other, signed_in};
use jeton_wire::{Addressed, Entity, Issuer, form, query};
use url::Url;

use super::cookies::Cookies;
use super::outcome::{targets, with_cookie};
use crate::pages::{SignOutPage, SignedOutPage, WayBack};

/// The request in the query.
pub(crate) async fn by_query(
    Addressed(issuer): Addressed<Issuer>,
    RawQuery(text): RawQuery,
    headers: HeaderMap,
) -> Response {
    let text = text.unwrap_or_default();
    finish(&issuer, async |service| asked(&issuer, service, &headers, &query(&text)?).await).await
}

/// The request in a form body.
pub(crate) async fn by_form(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap, body: Entity) -> Response {
    finish(&issuer, async |service| {
        let bytes = body.bytes()?;
        let params = if bytes.is_empty() { Params::default() } else { form(&headers, bytes)? };
        asked(&issuer, service, &headers, &params).await
    })
    .await
}

/// Handles the sign-out page.
pub(crate) async fn confirm(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap, body: Entity) -> Response {
    finish(&issuer, async |service| confirmed(&issuer, service, &headers, &form(&headers, body.bytes()?)?).await).await
}

async fn asked(
    issuer: &Issuer,
    service: &Arc<Service>,
    headers: &HeaderMap,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    params.once()?;
    let (oauth, cookies) = (&issuer.oauth, Cookies::of(service));
    let session = signed_in(oauth, service, headers).await?;
    let request = sign_out::read(oauth, service, params, session.as_ref()).await?;
    let Some(session) = session else {
        return Ok(match &request {
            SignOutRequest { back: Some(uri), client: Some(client), back_at_once: false, .. } => {
                let back = Some(WayBack { client_name: client.display_name(), address: uri });
                SignedOutPage { issuer_name: &service.name, still_signed_in: false, back, told: Vec::new() }.render()
            }
            _ => signed_out(service, request.back.as_deref(), false),
        });
    };
    if request.proven {
        let told = front_channel(oauth, service, &session).await?;
        end_session(&oauth.ledger, &session).await?;
        let name = request.client.as_ref().map(|client| client.display_name());
        let page = ended(service, (request.back.as_deref(), name), told);
        return Ok(with_cookie(page, cookies.end_session()));
    }
    // Anybody's link may have led here: only the person may end their session.
    let ticket = SignOutTicket::new(oauth, service.id, &session, &request).seal(oauth)?;
    Ok(SignOutPage {
        issuer_name: &service.name,
        client_name: request.client.as_ref().map(|c| c.display_name()),
        account: Some(&session.user.username),
        action: &below_issuer(service, "/end_session/confirm"),
        ticket: &ticket,
    }
    .render(&request.back.as_deref().map_or_else(FormTargets::own, targets)))
}

async fn confirmed(
    issuer: &Issuer,
    service: &Arc<Service>,
    headers: &HeaderMap,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let (oauth, cookies) = (&issuer.oauth, Cookies::of(service));
    let session = signed_in(oauth, service, headers).await?;
    let session = session.ok_or(INTERACTION_INVALID)?;
    let text = params.get("ticket").ok_or(INTERACTION_INVALID)?;
    let ticket = SignOutTicket::open(oauth, service.id, text, &session)?;
    if params.get("decision") != Some("approve") {
        return Ok(signed_out(service, None, true));
    }
    let told = front_channel(oauth, service, &session).await?;
    end_session(&oauth.ledger, &session).await?;
    let page = ended(service, (ticket.back.as_deref(), ticket.client_name.as_deref()), told);
    Ok(with_cookie(page, cookies.end_session()))
}

/// The answer when a session has just ended. Where clients are told in this browser, a page does it before the browser goes on.
fn ended(service: &Service, (back, client): (Option<&str>, Option<&str>), told: Vec<Url>) -> Response {
    if told.is_empty() {
        return signed_out(service, back, false);
    }
    let back = back.map(|address| WayBack { client_name: client.unwrap_or_default(), address });
    SignedOutPage { issuer_name: &service.name, still_signed_in: false, back, told }.render()
}

fn signed_out(service: &Service, back: Option<&str>, still_signed_in: bool) -> Response {
    match back {
        Some(uri) => see_other(uri),
        None => SignedOutPage { issuer_name: &service.name, still_signed_in, back: None, told: Vec::new() }.render(),
    }
}
