//! The page for a refusal that must not be sent to a redirect URI.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::form_targets::FormTargets;
use super::respond::respond;

/// Tells a person why the request ends here: the client or its redirect URI cannot be trusted, so the browser is not redirected.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// What happened, in a few words.
    pub title: &'a str,
    /// What it means and what to do, in words for people.
    pub message: &'a str,
    /// What an operator needs to find this case: the reference of a refusal or of a request.
    pub detail_id: Option<&'a str>,
    /// The reason in the words of the protocol, for those who look further.
    pub reason: Option<&'a str>,
    /// A way on from here: its words, and an address of this server.
    pub onward: Option<(&'a str, &'a str)>,
}

impl ErrorPage<'_> {
    /// The page, with the status for the refusal.
    #[must_use]
    pub fn render(self, status: StatusCode) -> Response {
        respond(status, &self, &FormTargets::own())
    }
}
