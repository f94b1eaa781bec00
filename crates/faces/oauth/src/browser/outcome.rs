//! What ends a step in the browser: a redirect back, or a page.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::authorization::{
    AuthorizationAnswer, AuthorizationError, AuthorizationRequest, ResponseMode, ReturnTo,
};
use jeton_core::model::{Client, Profile, Service};
use jeton_core::refusal::Refusal;
use url::Url;

use crate::pages::{ErrorPage, FormPostPage, FormTargets};
use crate::state::OauthState;
use crate::wire::{code_of, sanitized};

/// Back to the client with what it gets, `state` and `iss` (RFC 6749 sections 4.1.2 and 4.2.2, RFC 9207).
pub(super) fn answer(
    service: &Service,
    client: &Client,
    request: &AuthorizationRequest,
    answer: &AuthorizationAnswer,
) -> Response {
    let mut members = Vec::with_capacity(8);
    let seconds = answer.access.as_ref().and_then(|access| access.expires_in).map(|seconds| seconds.to_string());
    if let Some(code) = &answer.code {
        members.push(("code", code.expose()));
    }
    if let Some(access) = &answer.access {
        members.extend([("access_token", access.text.expose()), ("token_type", "Bearer")]);
        members.extend(seconds.as_deref().map(|seconds| ("expires_in", seconds)));
        if !access.scope.is_empty() {
            members.push(("scope", access.scope.as_str()));
        }
    }
    if let Some(id_token) = &answer.id_token {
        members.push(("id_token", id_token.expose()));
    }
    members.extend(answer.session_state.as_deref().map(|state| ("session_state", state)));
    send_back(service, &request.return_to(client), members)
}

/// Answers a page of ours that leads back to no client: what is refused is said on a page.
pub(super) async fn finish(
    state: &OauthState,
    work: impl AsyncFnOnce(&Arc<Service>) -> Result<Response, Refusal>,
) -> Response {
    let service = match state.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(state, None, refusal.into()),
    };
    match work(&service).await {
        Ok(response) => response,
        Err(refusal) => refuse(state, Some(&service), AuthorizationError::from(refusal)),
    }
}

/// Back to the client with an error, when it may be told; else a page.
pub(super) fn refuse(state: &OauthState, service: Option<&Service>, error: AuthorizationError) -> Response {
    let AuthorizationError { refusal, return_to, profile } = error;
    let reference = state.oauth.ledger.refusals().record(state.oauth.ledger.now(), &refusal, "/authorization", None);
    match (service, return_to) {
        (Some(service), Some(to)) => {
            let description = sanitized(&refusal.message());
            let code = match (&refusal, profile) {
                (Refusal::ResponseTypeNotAllowed { .. }, Profile::Classic) => "invalid_request",
                (Refusal::GrantNotAllowed { .. }, _) => "unauthorized_client",
                // A redirect has no status: RFC 6749 section 4.1.2.1 has this code in place of 503.
                (refusal, _) if refusal.is_unavailable() => "temporarily_unavailable",
                _ => code_of(&refusal, profile),
            };
            send_back(service, &to, vec![("error", code), ("error_description", &description)])
        }
        (service, _) => page(service, &refusal, &reference),
    }
}

/// A page that says what is wrong.
fn page(service: Option<&Service>, refusal: &Refusal, reference: &str) -> Response {
    let status = match refusal {
        Refusal::ServiceDisabled => StatusCode::SERVICE_UNAVAILABLE,
        refusal if refusal.is_unavailable() => StatusCode::SERVICE_UNAVAILABLE,
        refusal if refusal.is_slowed() => StatusCode::TOO_MANY_REQUESTS,
        refusal if refusal.is_fault() => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let message = refusal.message();
    let advice = Refusal::advice(refusal.id()).unwrap_or_default();
    let page = ErrorPage {
        issuer_name: service.map_or("Jeton", |s| &s.name),
        title: "This request cannot go on",
        message: &format!("{}. {advice}", capitalized(&message)),
        detail_id: Some(reference),
    };
    let mut response = page.render(status);
    if let Some(seconds) = refusal.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Sends members, `state` and `iss` to the redirect URI in the mode of the request; what the URI had stays as it was.
fn send_back<'a>(service: &'a Service, to: &'a ReturnTo, mut members: Vec<(&'a str, &'a str)>) -> Response {
    members.extend(to.state.as_deref().map(|state| ("state", state)));
    members.push(("iss", &service.issuer));
    let encoded = || form_urlencoded::Serializer::new(String::new()).extend_pairs(&members).finish();
    match to.mode {
        ResponseMode::Query => {
            let joint = if to.redirect_uri.contains('?') { '&' } else { '?' };
            see_other(&format!("{}{joint}{}", to.redirect_uri, encoded()))
        }
        ResponseMode::Fragment => see_other(&format!("{}#{}", to.redirect_uri, encoded())),
        ResponseMode::FormPost => FormPostPage {
            issuer_name: &service.name,
            client_name: &to.client_name,
            action: &to.redirect_uri,
            fields: &members,
        }
        .render(&targets(&to.redirect_uri)),
    }
}

/// 303: the browser must not send the form again to where it goes (RFC 9700 section 4.12).
pub(super) fn see_other(location: &str) -> Response {
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

/// A path of this issuer's own: an issuer may live below a path (`https://host/auth`).
pub(super) fn own(service: &Service, path: &str) -> String {
    let base = Url::parse(&service.issuer).map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default();
    format!("{base}{path}")
}

/// Where a page's form may lead, in the end.
pub(super) fn targets(uri: &str) -> FormTargets {
    Url::parse(uri).map_or_else(|_| FormTargets::own(), |url| FormTargets::and(&url))
}

/// Adds cookies to an answer.
pub(super) fn with_cookie(mut response: Response, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
