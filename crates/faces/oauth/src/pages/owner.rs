//! The page of a resource owner: who asks for what, and who may do what.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::client_name::ClientName;
use super::form_targets::FormTargets;
use super::respond::respond;

/// Shows a signed-in person the requests for their resources, and the resources with their rules.
///
/// Each request's form posts `ticket` and `decision` (`approve` or `deny`) to `action`.
#[derive(Debug, Template)]
#[template(path = "owner.html")]
pub struct OwnerPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// Whom the page takes the person for.
    pub account: &'a str,
    /// Where the forms post to.
    pub action: &'a str,
    /// Who asks, or was answered.
    pub requests: Vec<RequestLine>,
    /// The owner's resources.
    pub resources: Vec<ResourceLine>,
    /// How many resources are not shown.
    pub more: usize,
}

/// A request.
#[derive(Debug)]
pub struct RequestLine {
    /// The client that asks.
    pub client: ClientName,
    /// The resource.
    pub resource: String,
    /// What is to be done with it.
    pub scopes: Vec<String>,
    /// For whom; none: for itself.
    pub person: Option<String>,
    /// Who vouches for the person.
    pub issuer: String,
    /// `waiting`, `approved` or `denied`.
    pub answer: &'static str,
    /// What ties the answer to this request and session.
    pub ticket: String,
}

/// A resource.
#[derive(Debug)]
pub struct ResourceLine {
    /// Its name.
    pub name: String,
    /// The resource server.
    pub server: ClientName,
    /// What can be done with it.
    pub scopes: Vec<String>,
    /// Who may.
    pub rules: Vec<RuleLine>,
}

/// A rule in words.
#[derive(Debug)]
pub struct RuleLine {
    /// Whom it is for.
    pub who: String,
    /// What it permits, and on what condition.
    pub what: String,
}

impl OwnerPage<'_> {
    /// The page, 200.
    #[must_use]
    pub fn render(self) -> Response {
        respond(StatusCode::OK, &self, &FormTargets::own())
    }
}
