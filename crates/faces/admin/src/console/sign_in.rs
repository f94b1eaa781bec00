//! Signing in to the console.

use std::net::IpAddr;

use askama::Template;
use axum::Extension;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use jeton_core::administration::ADMIN_ROLE;
use jeton_core::people::{SignInFrom, remember_browser, sign_in as check, start_session};
use jeton_core::refusal::Class;
use jeton_core::refusals::{
    BUSY, CREDENTIALS_INVALID, INTERACTION_INVALID, NOT_FOUND, PARAMETER_MISSING, SIGN_IN_SLOWED,
};
use jeton_core::{Refusal, RequestSource, Secret};
use jeton_wire::{Addressed, base_of, page_status};

use super::cookies::Cookies;
use super::form::Form;
use super::{back, csrf, page};
use crate::AdminState;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    issuer: &'a str,
    base: &'a str,
    csrf: &'a str,
    username: &'a str,
    error: Option<&'a str>,
}

/// Why the form is shown again.
pub(super) struct Again<'a> {
    username: &'a str,
    refusal: Refusal,
}

impl Again<'_> {
    /// The message. It is the same for a wrong name and a wrong password, so that it reveals nothing.
    fn text(&self) -> String {
        match (self.refusal.class(), self.refusal.retry_after()) {
            (Class::Throttled, Some(wait)) => format!(
                "Sign-in with this name is slowed down, because a wrong password was sent too often. Yours was not checked. \
                 Please try again in {wait} seconds."
            ),
            (Class::Unavailable, _) => {
                "The server is busy at this moment, so your password was not checked. Please try again in a few \
                              seconds."
                    .to_owned()
            }
            _ => "Name and password do not belong to an administrator.".to_owned(),
        }
    }
}

/// Shows the sign-in form and sets the browser's secret.
pub(super) fn ask(state: &AdminState, headers: &HeaderMap, again: Option<&Again<'_>>) -> Result<Response, Refusal> {
    let service =
        state.administration.ledger.entities().service(state.service).ok_or_else(|| NOT_FOUND.with("service"))?;
    let cookies = Cookies::of(state)?;
    let (secret, is_new) = match cookies.browser(headers) {
        Some(known) => (Secret::new(known), false),
        None => (new_secret(state)?, true),
    };
    let text = again.map(Again::text);
    let page = Page {
        issuer: &service.issuer,
        base: base_of(&service.issuer),
        csrf: &csrf::of(secret.expose()),
        username: again.map_or("", |again| again.username),
        error: text.as_deref(),
    };
    let mut response = match again {
        None => page::respond(StatusCode::OK, &page),
        Some(again) => {
            let (ledger, status) = (&state.administration.ledger, page_status(again.refusal.class()));
            jeton_wire::refused(ledger, &again.refusal, ("/console/sign-in", None), |_| page::respond(status, &page))
        }
    };
    if is_new {
        response.headers_mut().insert(header::SET_COOKIE, cookies.set_browser(&secret));
    }
    Ok(response)
}

/// Handles the form.
pub(crate) async fn sign_in(
    Addressed(state): Addressed<AdminState>,
    origin: Option<Extension<RequestSource>>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let address = origin.and_then(|Extension(origin)| origin.addr);
    let answer = answer(&state, address, &headers, &form).await;
    answer.unwrap_or_else(|refusal| page::failed(&state, &refusal))
}

async fn answer(
    state: &AdminState,
    address: Option<IpAddr>,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Response, Refusal> {
    let cookies = Cookies::of(state)?;
    let secret = cookies.browser(headers).ok_or(INTERACTION_INVALID)?;
    if jeton_wire::is_from_elsewhere(headers) || !csrf::matches(&csrf::of(secret), form) {
        return Err(INTERACTION_INVALID);
    }
    let (administration, username) = (&state.administration, form.get("username").unwrap_or_default());
    let service = administration.ledger.entities().service(state.service).ok_or_else(|| NOT_FOUND.with("service"))?;
    let password = form.secret("password").ok_or_else(|| PARAMETER_MISSING.with("password"))?;
    let from = SignInFrom::Browser { address, known: cookies.known(headers) };
    let user = match check(&administration.people, &service, username, password, from).await {
        Ok(user) if user.has_role(ADMIN_ROLE) => user,
        Ok(_) => return ask(state, headers, Some(&Again { username, refusal: CREDENTIALS_INVALID })),
        Err(refusal) if refusal.is_one_of(&[CREDENTIALS_INVALID, SIGN_IN_SLOWED, BUSY]) => {
            return ask(state, headers, Some(&Again { username, refusal }));
        }
        Err(refusal) => return Err(refusal),
    };
    let known = remember_browser(&administration.people, &service, &user, cookies.known(headers))?;
    let session = start_session(&administration.ledger, &service, user).await?;
    let mut response = back(state)?;
    response.headers_mut().append(header::SET_COOKIE, cookies.set_session(&session));
    response.headers_mut().append(header::SET_COOKIE, cookies.set_known(&known));
    Ok(response)
}

/// 256 random bits as text.
fn new_secret(state: &AdminState) -> Result<Secret, Refusal> {
    let mut bytes = [0; 32];
    state.administration.ledger.entropy().fill(&mut bytes)?;
    Ok(Secret::new(jeton_jose::base64url::encode(bytes)))
}
