//! `/device`: where a person decides about a device (RFC 8628 section 3.3).
//!
//! 1. `GET /device` asks for the user code, unless the query has it (`verification_uri_complete`).
//! 2. The page shows the code again, the client and the scopes: people who followed a link must compare (RFC 8628 section
//!    5.4).
//! 3. `POST /device` accepts the decision, once.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jeton_core::RequestSource;
use jeton_core::device::{self, DeviceTicket, Question};
use jeton_core::model::Service;
use jeton_core::people::Session;
use jeton_core::refusal::{Class, Refusal};
use jeton_core::refusals::{INTERACTION_INVALID, USER_CODE_BUDGET, USER_CODE_INVALID};
use jeton_wire::pages::{below_issuer, finish_apart, signed_in};
use jeton_wire::{Addressed, Entity, Issuer, Source, form, query};

use super::about::about;
use super::way_back::sign_in_first;
use crate::pages::{DeviceAnsweredPage, DeviceAskPage, DeviceCodePage, ScopeLine};

/// Asks for a code, or about the one in the query.
pub(crate) async fn show(
    Addressed(issuer): Addressed<Issuer>,
    RawQuery(text): RawQuery,
    source: Source,
    headers: HeaderMap,
) -> Response {
    let text = text.unwrap_or_default();
    finish_apart(&issuer, async |service| shown(&issuer, service, &headers, &source.0, &text).await).await
}

/// Handles the decision.
pub(crate) async fn answer(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap, body: Entity) -> Response {
    finish_apart(&issuer, async |service| answered(&issuer, service, &headers, &body).await).await
}

async fn shown(
    issuer: &Issuer,
    service: &Arc<Service>,
    headers: &HeaderMap,
    origin: &RequestSource,
    text: &str,
) -> Result<Response, Refusal> {
    let params = query(text)?;
    params.once()?;
    let typed = params.get("user_code");
    let session = signed_in(&issuer.oauth, service, headers).await?;
    let Some(session) = session else {
        return sign_in_first(issuer, service, headers, path(typed));
    };
    let Some(typed) = typed else { return Ok(code_page(service, "", None)) };
    match device::find(&issuer.oauth, service, &session, origin, typed).await {
        Ok(question) => ask(issuer, service, &session, &question),
        Err(refusal) if refusal.is_one_of(&[USER_CODE_INVALID, USER_CODE_BUDGET]) => {
            let form = |_: &str| code_page(service, typed, Some(&refusal));
            Ok(jeton_wire::refused(&issuer.oauth.ledger, &refusal, ("/device", None), form))
        }
        Err(other) => Err(other),
    }
}

async fn answered(
    issuer: &Issuer,
    service: &Arc<Service>,
    headers: &HeaderMap,
    body: &Entity,
) -> Result<Response, Refusal> {
    let oauth = &issuer.oauth;
    let params = form(headers, body.bytes()?)?;
    let session = signed_in(oauth, service, headers).await?;
    let session = session.ok_or(INTERACTION_INVALID)?;
    let ticket = params.get("ticket").ok_or(INTERACTION_INVALID)?;
    let code = DeviceTicket::open(oauth, service.id, ticket, &session)?;
    let approved = params.get("decision") == Some("approve");
    device::answer(oauth, service, &session, code, approved).await?;
    Ok(DeviceAnsweredPage { issuer_name: &service.name, approved }.render())
}

/// The path back to this page after sign-in.
fn path(typed: Option<&str>) -> String {
    match typed {
        Some(typed) => {
            let short: String = typed.chars().take(64).collect();
            format!(
                "/device?{}",
                form_urlencoded::Serializer::new(String::new()).append_pair("user_code", &short).finish()
            )
        }
        None => "/device".to_owned(),
    }
}

fn code_page(service: &Service, typed: &str, problem: Option<&Refusal>) -> Response {
    let (status, error) = match problem.map(|refusal| (refusal.class(), refusal.retry_after())) {
        None => (StatusCode::OK, None),
        Some((Class::Throttled, Some(wait))) => (
            StatusCode::TOO_MANY_REQUESTS,
            Some(format!(
                "Too many codes were tried, so this one was not looked up. Please try again in {wait} seconds."
            )),
        ),
        Some(_) => (
            StatusCode::BAD_REQUEST,
            Some(
                "This code is not right, or it has been used or has expired. Please type the code your device shows now."
                    .to_owned(),
            ),
        ),
    };
    let action = &below_issuer(service, "/device");
    let page = DeviceCodePage { issuer_name: &service.name, action, user_code: typed, error: error.as_deref() };
    page.render(status)
}

fn ask(issuer: &Issuer, service: &Service, session: &Session, question: &Question) -> Result<Response, Refusal> {
    let catalog = issuer.oauth.ledger.entities().catalog(service.id);
    Ok(DeviceAskPage {
        issuer_name: &service.name,
        client_name: question.client.display_name(),
        about: about(&question.client, service),
        account: &session.user.username,
        user_code: &question.user_code,
        scopes: ScopeLine::all(&question.scope, &catalog),
        resources: question.audience.iter().flat_map(|names| names.split(' ')).collect(),
        action: &below_issuer(service, "/device"),
        ticket: &DeviceTicket::seal(&issuer.oauth, service.id, session, question)?,
    }
    .render())
}
