//! `/end_session`: sign-out, requested by a client or by the person.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jeton_core::authorization::Stale;
use jeton_core::authorization::sign_out::{self, SignOutRequest, SignOutTicket};
use jeton_core::grants::Params;
use jeton_core::logout::front_channel;
use jeton_core::model::Service;
use jeton_core::people::{Session, end_session};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INTERACTION_INVALID;
use jeton_wire::pages::{FormTargets, below_issuer, finish, see_other, signed_in};
use jeton_wire::{Addressed, Entity, Issuer, form, query};
use url::Url;

use super::again::refused;
use super::cookies::Cookies;
use super::notice::Notice;
use super::outcome::{targets, with_cookie};
use crate::pages::{SignOutOutcome, SignOutPage, SignedOutPage, WayBack};

const CONFIRM: &str = "/end_session/confirm";

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

/// The browser is at this address after an answer. Who opens it again is asked again.
pub(crate) async fn ask(Addressed(issuer): Addressed<Issuer>) -> Response {
    finish(&issuer, async |service| Ok(see_other(&below_issuer(service, "/end_session")))).await
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
                let outcome = SignOutOutcome::NobodyWas;
                SignedOutPage { issuer_name: &service.name, outcome, back, told: Vec::new() }.render()
            }
            _ => signed_out(service, request.back.as_deref(), SignOutOutcome::NobodyWas),
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
    question(issuer, service, &session, &SignOutTicket::new(oauth, service.id, &session, &request), None)
}

/// Asks whether to sign out.
fn question(
    issuer: &Issuer,
    service: &Service,
    session: &Session,
    ticket: &SignOutTicket,
    notice: Option<Notice<'_>>,
) -> Result<Response, Refusal> {
    Ok(SignOutPage {
        issuer_name: &service.name,
        client_name: ticket.client_name.as_deref(),
        account: Some(&session.user.username),
        action: &below_issuer(service, CONFIRM),
        ticket: &ticket.seal(&issuer.oauth)?,
        notice: notice.map(|notice| notice.text),
    }
    .render(&ticket.back.as_deref().map_or_else(FormTargets::own, targets)))
}

async fn confirmed(
    issuer: &Issuer,
    service: &Arc<Service>,
    headers: &HeaderMap,
    params: &Params<'_>,
) -> Result<Response, Refusal> {
    let (oauth, cookies) = (&issuer.oauth, Cookies::of(service));
    let session = signed_in(oauth, service, headers).await?;
    let text = params.get("ticket").ok_or(INTERACTION_INVALID)?;
    let ticket = SignOutTicket::open(oauth, service.id, text)?;
    let Some(session) = session else { return Ok(signed_out(service, None, SignOutOutcome::NobodyWas)) };
    if params.get("decision") != Some("approve") {
        return Ok(signed_out(service, None, SignOutOutcome::Kept));
    }
    if !ticket.is_of(&session, oauth) {
        // Another session began in this browser, or the page was open for too long.
        let stale = if ticket.session == session.token.id { Stale::Old } else { Stale::Elsewhere };
        let ticket = ticket.again(&session, oauth);
        let mut page = question(issuer, service, &session, &ticket, Some(Notice::of(stale, true)))?;
        *page.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(refused(issuer, CONFIRM, page));
    }
    let told = front_channel(oauth, service, &session).await?;
    end_session(&oauth.ledger, &session).await?;
    let page = ended(service, (ticket.back.as_deref(), ticket.client_name.as_deref()), told);
    Ok(with_cookie(page, cookies.end_session()))
}

/// The answer when a session has just ended. Where clients are told in this browser, a page does it before the browser goes on.
fn ended(service: &Service, (back, client): (Option<&str>, Option<&str>), told: Vec<Url>) -> Response {
    let outcome = SignOutOutcome::Ended;
    if told.is_empty() {
        return signed_out(service, back, outcome);
    }
    let back = back.map(|address| WayBack { client_name: client.unwrap_or_default(), address });
    SignedOutPage { issuer_name: &service.name, outcome, back, told }.render()
}

fn signed_out(service: &Service, back: Option<&str>, outcome: SignOutOutcome) -> Response {
    match back {
        Some(uri) => see_other(uri),
        None => SignedOutPage { issuer_name: &service.name, outcome, back: None, told: Vec::new() }.render(),
    }
}
