//! The page of a resource owner: who asks for what, and who may do what.

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
    /// Whom the page takes the person for.
    pub(crate) account: &'a str,
    /// Where the forms post to.
    pub(crate) action: &'a str,
    /// Who asks, or was answered.
    pub(crate) requests: Vec<RequestLine>,
    /// The owner's resources.
    pub(crate) resources: Vec<ResourceLine>,
    /// How many resources are not shown.
    pub(crate) more: usize,
}

/// A request.
#[derive(Debug)]
pub(crate) struct RequestLine {
    /// The client that asks.
    pub(crate) client: ClientName,
    /// The resource.
    pub(crate) resource: String,
    /// What is to be done with it.
    pub(crate) scopes: Vec<String>,
    /// For whom; none: for itself.
    pub(crate) person: Option<String>,
    /// Who vouches for the person.
    pub(crate) issuer: String,
    /// `waiting`, `approved` or `denied`.
    pub(crate) answer: &'static str,
    /// What ties the answer to this request and session.
    pub(crate) ticket: String,
}

/// A resource.
#[derive(Debug)]
pub(crate) struct ResourceLine {
    /// Its name.
    pub(crate) name: String,
    /// The resource server.
    pub(crate) server: ClientName,
    /// What can be done with it.
    pub(crate) scopes: Vec<String>,
    /// Who may.
    pub(crate) rules: Vec<RuleLine>,
}

/// A rule in words.
#[derive(Debug)]
pub(crate) struct RuleLine {
    /// Whom it is for.
    pub(crate) who: String,
    /// What it permits, and on what condition.
    pub(crate) what: String,
}

impl OwnerPage<'_> {
    /// The page, 200.
    #[must_use]
    pub(crate) fn render(self) -> Response {
        respond(StatusCode::OK, &self, &FormTargets::own())
    }
}
