//! Renders templates into responses with safe headers.

use std::sync::LazyLock;

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_core::Refusal;
use jeton_wire::pages::{apart, send, source_hash};
use jeton_wire::{base_of, page_status};

use crate::AdminState;

/// The one stylesheet: inlined in every page, byte for byte, and trusted by its hash.
pub(crate) const STYLE: &str = include_str!("../../assets/console.css");

/// Allows only this page's own style and forms; framing is forbidden.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = source_hash(STYLE);
    format!(
        "default-src 'none'; style-src {style}; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
});

/// Renders a page with the strict policy, isolated from the window that opened it.
pub(super) fn respond(status: StatusCode, page: &impl Template) -> Response {
    apart(send(status, page, &POLICY))
}

#[derive(Template)]
#[template(path = "failed.html")]
struct Failed<'a> {
    base: &'a str,
    message: &'a str,
    advice: &'a str,
    reference: &'a str,
}

/// The page for a refusal; records the refusal.
pub(super) fn failed(state: &AdminState, refusal: &Refusal) -> Response {
    let (status, message, advice) = (page_status(refusal.class()), refusal.message(), refusal.kind().advice);
    let service = state.administration.ledger.entities().service(state.service);
    let base = service.as_ref().map(|service| base_of(&service.issuer)).unwrap_or_default();
    jeton_wire::refused(&state.administration.ledger, refusal, ("/console", None), |reference| {
        respond(status, &Failed { base, message: &message, advice, reference })
    })
}
