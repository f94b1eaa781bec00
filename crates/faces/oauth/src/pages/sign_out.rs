//! The page that asks before a session ends.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{ClientName, FormTargets, respond};

/// Asks whether to sign out: without a good `id_token_hint` a stranger's link may have led here.
///
/// The form posts `ticket` and `decision` (`approve` or `deny`) to `action`.
#[derive(Debug, Clone)]
pub struct SignOutPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// The client that asks, if one is known.
    pub client_name: Option<&'a str>,
    /// Who is signed in, if anyone.
    pub account: Option<&'a str>,
    /// Where the form posts to.
    pub action: &'a str,
    /// What ties the answer to this request.
    pub ticket: &'a str,
}

impl SignOutPage<'_> {
    /// The page, 200. `targets` must cover the client's post-logout address, if one follows.
    #[must_use]
    pub fn render(self, targets: &FormTargets) -> Response {
        let view = View {
            issuer_name: self.issuer_name,
            client: self.client_name.map(ClientName::new),
            account: self.account,
            action: self.action,
            ticket: self.ticket,
        };
        respond(StatusCode::OK, &view, targets)
    }
}

#[derive(Template)]
#[template(path = "sign_out.html")]
struct View<'a> {
    issuer_name: &'a str,
    client: Option<ClientName>,
    account: Option<&'a str>,
    action: &'a str,
    ticket: &'a str,
}
