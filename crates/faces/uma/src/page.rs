//! The page of a resource owner: the requests, and who has access.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{ClientName, FormTargets, respond};

/// Shows a signed-in person the requests for their resources, and the resources with their rules.
///
/// Each request's form posts `ticket` and `decision` (`approve` or `deny`) to `action`.
#[derive(Debug, Template)]
#[template(path = "owner.html")]
pub(crate) struct OwnerPage<'a> {
    /// The service's name.
    pub(crate) issuer_name: &'a str,
    /// The name of the signed-in account.
    pub(crate) account: &'a str,
    /// Where the forms post to.
    pub(crate) action: &'a str,
    /// The requests, open and decided.
    pub(crate) requests: Vec<RequestLine>,
    /// The owner's resources.
    pub(crate) resources: Vec<ResourceLine>,
    /// How many resources are not shown.
    pub(crate) more: usize,
}

/// A request.
#[derive(Debug)]
pub(crate) struct RequestLine {
    /// The client.
    pub(crate) client: ClientName,
    /// The resource.
    pub(crate) resource: String,
    /// The requested scopes.
    pub(crate) scopes: Vec<String>,
    /// The requesting party; none: the client itself.
    pub(crate) person: Option<String>,
    /// The issuer that identified the person.
    pub(crate) issuer: String,
    /// `waiting`, `approved` or `denied`.
    pub(crate) answer: &'static str,
    /// The ticket that binds the answer to this request and session.
    pub(crate) ticket: String,
}

/// A resource.
#[derive(Debug)]
pub(crate) struct ResourceLine {
    /// Its name.
    pub(crate) name: String,
    /// The resource server.
    pub(crate) server: ClientName,
    /// Its scopes.
    pub(crate) scopes: Vec<String>,
    /// Who has access.
    pub(crate) rules: Vec<RuleLine>,
}

/// A rule in words.
#[derive(Debug)]
pub(crate) struct RuleLine {
    /// Who it applies to.
    pub(crate) who: String,
    /// What it permits, and on which condition.
    pub(crate) what: String,
}

impl OwnerPage<'_> {
    /// The page, 200.
    #[must_use]
    pub(crate) fn render(self) -> Response {
        respond(StatusCode::OK, &self, &FormTargets::own())
    }
}
