//! From a template to a response that is safe to show.

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use http::header::{self, HeaderName};
use http::{HeaderValue, StatusCode};

use super::form_targets::FormTargets;
use super::sources::Sources;
use super::style::STYLE_SOURCE;

/// The headers that every page has.
const FIXED: [(HeaderName, &str); 7] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    // Pages contain tickets and names: neither the browser's history nor a proxy may store them.
    (header::CACHE_CONTROL, "no-store"),
    (header::PRAGMA, "no-cache"),
    // For browsers without `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Renders `page` under the strict policy: its style, its own images and its form; nothing else.
#[must_use]
pub fn respond(status: StatusCode, page: &impl Template, targets: &FormTargets) -> Response {
    respond_with(status, page, targets, &Sources::default())
}

/// The same, with one inline script allowed by its hash.
#[must_use]
pub fn respond_with_script(status: StatusCode, page: &impl Template, targets: &FormTargets, script: &str) -> Response {
    send(status, page, &policy(targets, &format!(" script-src {script};"), &Sources::default()))
}

/// The same as [`respond`], with what else the page shows.
#[must_use]
pub fn respond_with(status: StatusCode, page: &impl Template, targets: &FormTargets, sources: &Sources) -> Response {
    send(status, page, &policy(targets, "", sources))
}

/// The content security policy as one line.
fn policy(targets: &FormTargets, script: &str, sources: &Sources) -> String {
    let style = &*STYLE_SOURCE;
    let (images, frames) = (sources.images(), sources.frames());
    format!(
        "default-src 'none'; style-src {style};{script} img-src 'self' data:{images};{frames} \
         form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// Renders a page under a given content security policy, with all other headers of a page.
#[must_use]
pub fn send(status: StatusCode, page: &impl Template, policy: &str) -> Response {
    let (Ok(body), Ok(policy)) = (page.render(), HeaderValue::from_str(policy)) else {
        // A page must not be sent without its policy; neither can fail for a page of this crate.
        tracing::error!("a page could not be rendered");
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

/// Isolates a page from the window that opened it: no page of another site keeps a reference to it (HTML standard,
/// `Cross-Origin-Opener-Policy`). For pages that only Jeton opens. Pages of an authorization or sign-out request do not have it:
/// an application may open them in a window and wait for it.
#[must_use]
pub fn apart(mut page: Response) -> Response {
    const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
    page.headers_mut().insert(OPENER, HeaderValue::from_static("same-origin"));
    page
}
