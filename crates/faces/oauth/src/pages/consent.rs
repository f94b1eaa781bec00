//! The consent page.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{ClientName, FormTargets, Sources, respond_with};

use super::about::AboutClient;
use super::scope_line::ScopeLine;

/// Asks a signed-in person whether a client may act for them.
///
/// The form posts `ticket` and `decision` (`approve` or `deny`) to `action`.
#[derive(Debug, Clone)]
pub struct ConsentPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// The client's name.
    pub client_name: &'a str,
    /// What it says of itself.
    pub about: AboutClient,
    /// The name of the signed-in account.
    pub account: &'a str,
    /// The target of "Not you?": a URL that ends this sign-in and asks again.
    pub switch_account: Option<&'a str>,
    /// The requested scopes, one line each.
    pub scopes: Vec<ScopeLine<'a>>,
    /// The servers at which the client wants to use the access (RFC 8707); none: the usual ones.
    pub resources: Vec<&'a str>,
    /// Where the browser goes next, formatted for people: a host, or an app's scheme. It is the only
    /// information about a client that the client cannot invent.
    pub returns_to: Option<&'a str>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The ticket that binds the answer to this authorization request.
    pub ticket: &'a str,
    /// Why the page is shown again, in words for the person.
    pub notice: Option<&'a str>,
}

impl ConsentPage<'_> {
    /// The page, 200.
    #[must_use]
    pub fn render(self, targets: &FormTargets) -> Response {
        let view = View {
            issuer_name: self.issuer_name,
            client: ClientName::new(self.client_name),
            about: &self.about,
            account: self.account,
            switch_account: self.switch_account,
            scopes: self.scopes,
            resources: self.resources,
            returns_to: self.returns_to,
            action: self.action,
            ticket: self.ticket,
            notice: self.notice,
        };
        respond_with(StatusCode::OK, &view, targets, &Sources::image(self.about.logo.clone()))
    }
}

#[derive(Template)]
#[template(path = "consent.html")]
struct View<'a> {
    issuer_name: &'a str,
    client: ClientName,
    about: &'a AboutClient,
    account: &'a str,
    switch_account: Option<&'a str>,
    scopes: Vec<ScopeLine<'a>>,
    resources: Vec<&'a str>,
    returns_to: Option<&'a str>,
    action: &'a str,
    ticket: &'a str,
    notice: Option<&'a str>,
}
