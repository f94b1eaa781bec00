//! How a step in the browser ends: with a redirect to the client, or a page.

use axum::response::Response;
use http::{HeaderValue, header};
use jeton_core::authorization::{
    AuthorizationAnswer, AuthorizationError, AuthorizationRequest, ResponseMode, ReturnTo,
};
use jeton_core::model::{Client, CompatibilityMode, Service};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{GRANT_NOT_ALLOWED, RESPONSE_TYPE_NOT_ALLOWED};
use jeton_wire::Issuer;
use jeton_wire::oauth::{code_of, sanitized};
use jeton_wire::pages::{FormTargets, refusal_page, see_other};
use url::Url;

use crate::pages::FormPostPage;

/// Redirects to the client with the response, `state` and `iss` (RFC 6749 sections 4.1.2 and 4.2.2, RFC 9207).
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

/// Redirects to the client with an error, if it may be told; else shows a page.
pub(super) fn refuse(issuer: &Issuer, service: Option<&Service>, error: AuthorizationError) -> Response {
    let AuthorizationError { refusal, return_to, profile } = error;
    jeton_wire::refused(&issuer.oauth.ledger, &refusal, ("/authorization", None), |reference| {
        match (service, return_to) {
            (Some(service), Some(to)) => {
                let description = sanitized(&refusal.message());
                let code = redirected_code(&refusal, profile);
                send_back(service, &to, vec![("error", code), ("error_description", &description)])
            }
            (service, _) => refusal_page(service, &refusal, reference),
        }
    })
}

/// The error code in a redirect. A redirect has no status: RFC 6749 section 4.1.2.1 has a code in place of 503.
fn redirected_code(refusal: &Refusal, profile: CompatibilityMode) -> &'static str {
    if refusal.is(&RESPONSE_TYPE_NOT_ALLOWED) && profile == CompatibilityMode::Classic {
        "invalid_request"
    } else if refusal.is(&GRANT_NOT_ALLOWED) {
        "unauthorized_client"
    } else if refusal.is_unavailable() {
        "temporarily_unavailable"
    } else {
        code_of(refusal, profile)
    }
}

/// Sends parameters, `state` and `iss` to the redirect URI in the requested mode; the URI's own query stays.
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

/// The targets that a page's form may finally be redirected to.
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
