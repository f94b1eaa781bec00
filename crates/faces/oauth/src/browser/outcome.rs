//! How a step in the browser ends: with a redirect to the client, or a page.

use axum::response::Response;
use http::{HeaderValue, header};
use jeton_core::authorization::{AuthorizationAnswer, AuthorizationError, AuthorizationRequest};
use jeton_core::model::{Client, Service};
use jeton_wire::Issuer;
use jeton_wire::oauth::AuthorizationResponse;
pub(super) use jeton_wire::oauth::targets;
use jeton_wire::pages::refusal_page;

/// Redirects to the client with the response.
pub(super) fn answer(
    service: &Service,
    client: &Client,
    request: &AuthorizationRequest,
    answer: &AuthorizationAnswer,
) -> Response {
    AuthorizationResponse::granted(service, &request.return_to(client), answer).respond()
}

/// Redirects to the client with an error, if it may be told; else shows a page.
pub(super) fn refuse(issuer: &Issuer, service: Option<&Service>, error: AuthorizationError) -> Response {
    let AuthorizationError { refusal, return_to, profile } = error;
    jeton_wire::refused(&issuer.oauth.ledger, &refusal, ("/authorization", None), |reference| {
        match (service, return_to) {
            (Some(service), Some(to)) => AuthorizationResponse::refused(service, &to, (&refusal, profile)).respond(),
            (service, _) => refusal_page(service, &refusal, reference),
        }
    })
}

/// Adds cookies to an answer.
pub(super) fn with_cookie(mut response: Response, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
