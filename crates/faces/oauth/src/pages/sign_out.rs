//! The page that asks for confirmation before a session ends.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{ClientName, FormTargets, respond};

/// Asks whether to sign out: without a valid `id_token_hint` anybody's link may have led here.
///
/// The form posts `ticket` and `decision` (`approve` or `deny`) to `action`.
#[derive(Debug, Clone)]
pub struct SignOutPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// The client, if known.
    pub client_name: Option<&'a str>,
    /// The signed-in account, if any.
    pub account: Option<&'a str>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The ticket that binds the answer to this request.
    pub ticket: &'a str,
    /// Why the page is shown again, in words for the person.
    pub notice: Option<&'a str>,
}

impl SignOutPage<'_> {
    /// The page, 200. `targets` must cover the client's post-logout redirect URI, if there is one.
    #[must_use]
    pub fn render(self, targets: &FormTargets) -> Response {
        let view = View {
            issuer_name: self.issuer_name,
            client: self.client_name.map(ClientName::new),
            account: self.account,
            action: self.action,
            ticket: self.ticket,
            notice: self.notice,
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
    notice: Option<&'a str>,
}
