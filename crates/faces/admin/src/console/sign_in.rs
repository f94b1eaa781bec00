//! Signing in to the console.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use jeton_core::administration::ADMIN_ROLE;
use jeton_core::people::{sign_in as check, start_session};
use jeton_core::{Refusal, Secret};

use super::cookies::Cookies;
use super::form::Form;
use super::{back, csrf, page};
use crate::AdminState;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    issuer: &'a str,
    csrf: &'a str,
    username: &'a str,
    error: Option<&'a str>,
}

/// The page that asks for name and password; the browser gets its secret with it.
pub(super) fn ask(state: &AdminState, headers: &HeaderMap, wrong: Option<&str>) -> Result<Response, Refusal> {
    let service = state.ledger.directory().service(state.service).ok_or(Refusal::NotFound("service"))?;
    let cookies = Cookies::of(state)?;
    let (secret, is_new) = match cookies.browser(headers) {
        Some(known) => (Secret::new(known), false),
        None => (new_secret(state)?, true),
    };
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let page = Page {
        issuer: &service.issuer,
        csrf: &csrf::of(secret.expose()),
        username: wrong.unwrap_or_default(),
        // One answer for every reason, so that it tells nothing.
        error: wrong
            .map(|_| "Name and password do not belong to an administrator. After several tries, wait a minute."),
    };
    let mut response = page::respond(status, &page);
    if is_new {
        response.headers_mut().insert(header::SET_COOKIE, cookies.set_browser(&secret));
    }
    Ok(response)
}

/// The answer of that page.
pub(crate) async fn sign_in(State(state): State<AdminState>, headers: HeaderMap, form: Form) -> Response {
    let answer = answer(&state, &headers, &form).await;
    answer.unwrap_or_else(|refusal| page::failed(&state, &refusal))
}

async fn answer(state: &AdminState, headers: &HeaderMap, form: &Form) -> Result<Response, Refusal> {
    let cookies = Cookies::of(state)?;
    let secret = cookies.browser(headers).ok_or(Refusal::InteractionInvalid)?;
    if jeton_wire::is_from_elsewhere(headers) || !csrf::matches(&csrf::of(secret), form) {
        return Err(Refusal::InteractionInvalid);
    }
    let (ledger, username) = (&state.ledger, form.get("username").unwrap_or_default());
    let service = ledger.directory().service(state.service).ok_or(Refusal::NotFound("service"))?;
    let password = form.secret("password").ok_or(Refusal::ParameterMissing("password"))?;
    let user = match check(ledger, &service, username, password).await {
        Ok(user) if user.has_role(ADMIN_ROLE) => user,
        Ok(_) | Err(Refusal::CredentialsInvalid) => return ask(state, headers, Some(username)),
        Err(refusal) => return Err(refusal),
    };
    let session = start_session(ledger, &service, user).await?;
    let mut response = back();
    response.headers_mut().insert(header::SET_COOKIE, cookies.set_session(&session));
    Ok(response)
}

/// 256 random bits as text.
fn new_secret(state: &AdminState) -> Result<Secret, Refusal> {
    let mut bytes = [0; 32];
    state.ledger.entropy().fill(&mut bytes)?;
    Ok(Secret::new(jeton_jose::base64url::encode(bytes)))
}
