//! The sign-in page.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{ClientName, FormTargets, Sources, respond_with};

use super::about::AboutClient;

/// Asks for a username and a password.
///
/// The form posts `ticket`, `username` and `password` to `action`.
#[derive(Debug, Clone)]
pub struct LoginPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// The client's name.
    pub client_name: &'a str,
    /// What it says of itself.
    pub about: AboutClient,
    /// Where the form posts to.
    pub action: &'a str,
    /// The ticket that binds the answer to this authorization request.
    pub ticket: &'a str,
    /// The initial user name: a `login_hint`, or the previous input.
    pub username: &'a str,
    /// Why the last attempt failed, in words for the person.
    pub error: Option<&'a str>,
    /// Whether the error is about the input: then the fields are marked.
    pub wrong: bool,
}

impl LoginPage<'_> {
    /// The page; 400 when it reports an error, so that password managers do not store wrong passwords.
    #[must_use]
    pub fn render(self, targets: &FormTargets) -> Response {
        let status = if self.error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        let view = View {
            issuer_name: self.issuer_name,
            client: ClientName::new(self.client_name),
            about: &self.about,
            action: self.action,
            ticket: self.ticket,
            username: self.username,
            error: self.error,
            wrong: self.wrong,
        };
        respond_with(status, &view, targets, &Sources::image(self.about.logo.clone()))
    }
}

#[derive(Template)]
#[template(path = "login.html")]
struct View<'a> {
    issuer_name: &'a str,
    client: ClientName,
    about: &'a AboutClient,
    action: &'a str,
    ticket: &'a str,
    username: &'a str,
    error: Option<&'a str>,
    wrong: bool,
}
