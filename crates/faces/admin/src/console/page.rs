//! From a template to a response that is safe to show.

use std::sync::LazyLock;

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{self, HeaderName};
use http::{HeaderValue, StatusCode};
use jeton_core::Refusal;
use jeton_jose::digest::sha256;

use crate::AdminState;

/// The one stylesheet: inlined in every page, byte for byte, and trusted by its hash.
pub(crate) const STYLE: &str = include_str!("../../assets/console.css");

/// Nothing but this page's own style and forms; nobody may frame it.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'"
    )
});

/// What every page says about itself.
const FIXED: [(HeaderName, &str); 7] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CACHE_CONTROL, "no-store"),
    // For browsers that predate `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Renders a page under the strict policy.
pub(super) fn respond(status: StatusCode, page: &impl Template) -> Response {
    let (Ok(body), Ok(policy)) = (page.render(), HeaderValue::from_str(&POLICY)) else {
        // A page without its policy must not go out; neither can fail for a page of this crate.
        tracing::error!("a page of the console could not be rendered");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

#[derive(Template)]
#[template(path = "failed.html")]
struct Failed<'a> {
    message: &'a str,
    advice: &'a str,
    reference: &'a str,
}

/// The page for a refusal, which is recorded.
pub(super) fn failed(state: &AdminState, refusal: &Refusal) -> Response {
    let administration = &state.administration;
    let reference = administration.ledger.refusals().record(administration.ledger.now(), refusal, "/console", None);
    let status = match refusal {
        refusal if refusal.is_unavailable() => StatusCode::SERVICE_UNAVAILABLE,
        refusal if refusal.is_fault() => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let advice = Refusal::advice(refusal.id()).unwrap_or_default();
    let mut response = respond(status, &Failed { message: &refusal.message(), advice, reference: &reference });
    if let Some(seconds) = refusal.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
