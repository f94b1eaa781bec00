//! How a step in the browser ends: with a page of Jeton's own, or a redirect.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jeton_core::OAuth;
use jeton_core::model::Service;
use jeton_core::people::{Session, find_session};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{METHOD_NOT_ALLOWED, NOT_FOUND, POST_LOGOUT_REDIRECT_URI_UNREGISTERED};

use super::error::ErrorPage;
use super::respond::apart;
use super::words::{Words, words};
use crate::{Addressed, Issuer, cookie, own_path, page_status, session_cookie};

/// The sign-in page that leads to a path afterwards (with its query, below the issuer). The face that signs people in has it; the
/// wiring gives it to the faces whose pages require a session.
pub type SignInFirst = fn(&Issuer, &Service, &HeaderMap, String) -> Result<Response, Refusal>;

/// The session of the browser that sent these headers.
///
/// # Errors
/// [`Refusal`] when the ledger cannot be read.
pub async fn signed_in(oauth: &OAuth, service: &Service, headers: &HeaderMap) -> Result<Option<Session>, Refusal> {
    match cookie(headers, session_cookie(&service.issuer)) {
        Some(text) => find_session(&oauth.ledger, service, text).await,
        None => Ok(None),
    }
}

/// Answers a page that applications send people to and that does not redirect back: refusals are shown on a page.
pub async fn finish(issuer: &Issuer, work: impl AsyncFnOnce(&Arc<Service>) -> Result<Response, Refusal>) -> Response {
    let service = match issuer.service() {
        Ok(service) => service,
        Err(refusal) => return refused(issuer, None, &refusal),
    };
    match work(&service).await {
        Ok(response) => response,
        Err(refusal) => refused(issuer, Some(&service), &refusal),
    }
}

/// The same for a page that only Jeton opens: see [`apart`].
pub async fn finish_apart(
    issuer: &Issuer,
    work: impl AsyncFnOnce(&Arc<Service>) -> Result<Response, Refusal>,
) -> Response {
    apart(finish(issuer, work).await)
}

/// Records a refusal and shows it on a page.
#[must_use]
pub fn refused(issuer: &Issuer, service: Option<&Service>, refusal: &Refusal) -> Response {
    crate::refused(&issuer.oauth.ledger, refusal, ("/authorization", None), |reference| {
        refusal_page(service, refusal, reference)
    })
}

/// The answer of a page's path to a method that it does not take.
pub async fn other_method(Addressed(issuer): Addressed<Issuer>) -> Response {
    let mut page = refused(&issuer, issuer.service().ok().as_deref(), &METHOD_NOT_ALLOWED);
    *page.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    page
}

/// The answer to a browser that opens an address where nothing is.
#[must_use]
pub fn no_such_page(issuer: &Issuer) -> Response {
    let mut page = refused(issuer, issuer.service().ok().as_deref(), &NOT_FOUND.with("route"));
    *page.status_mut() = StatusCode::NOT_FOUND;
    apart(page)
}

/// A page that shows a refusal, in words for the person. `reference`: under which it was recorded; by it the administrator finds the
/// reason and what to do.
#[must_use]
pub fn refusal_page(service: Option<&Service>, refusal: &Refusal, reference: &str) -> Response {
    let Words { title, text } = words(refusal);
    let onward = service.and_then(|service| onward(service, refusal));
    let page = ErrorPage {
        issuer_name: service.map_or("Jeton", |s| &s.name),
        title,
        message: text,
        detail_id: Some(reference),
        reason: Some(&capitalized(&refusal.message())),
        onward: onward.as_ref().map(|(words, address)| (*words, address.as_str())),
    };
    page.render(page_status(refusal.class()))
}

/// Where a person can go on who has no app to go back to.
fn onward(service: &Service, refusal: &Refusal) -> Option<(&'static str, String)> {
    let way = |words, path| Some((words, below_issuer(service, path)));
    if refusal.is(&POST_LOGOUT_REDIRECT_URI_UNREGISTERED) {
        way("Sign out here", "/end_session")
    } else if refusal.is_one_of(&[NOT_FOUND, METHOD_NOT_ALLOWED]) {
        way("Go to the start page", "/")
    } else {
        None
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// 303: the browser must not send the form again to the new location (RFC 9700 section 4.12).
#[must_use]
pub fn see_other(location: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(location) {
        headers.insert(header::LOCATION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// A path below this issuer, which may itself have a path (`https://host/auth`).
#[must_use]
pub fn below_issuer(service: &Service, path: &str) -> String {
    own_path(&service.issuer, path)
}
