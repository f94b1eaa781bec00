//! The page for a refusal that must not be sent to a redirect URI.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::form_targets::FormTargets;
use super::respond::respond;

/// Tells a person why the journey ends here: the client or its redirect URI cannot be trusted, so there
/// is nowhere to send them back to.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// What happened, in a few words.
    pub title: &'a str,
    /// What it means and what to do, in words for the person.
    pub message: &'a str,
    /// What an operator needs to find this case: a refusal's id or a request's.
    pub detail_id: Option<&'a str>,
}

impl ErrorPage<'_> {
    /// The page, with the status that fits the refusal.
    #[must_use]
    pub fn render(self, status: StatusCode) -> Response {
        respond(status, &self, &FormTargets::own())
    }
}
