//! The pages of device authorization: enter the code, compare and decide, done.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{ClientName, FormTargets, Sources, respond, respond_with};

use super::about::AboutClient;
use super::scope_line::ScopeLine;

/// Asks for the code that a device shows. The form sends `user_code` to `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "device_code.html")]
pub struct DeviceCodePage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// Where the form posts to.
    pub action: &'a str,
    /// The previous input.
    pub user_code: &'a str,
    /// Why it was rejected, in words for the person.
    pub error: Option<&'a str>,
}

impl DeviceCodePage<'_> {
    /// The page.
    #[must_use]
    pub fn render(self, status: StatusCode) -> Response {
        respond(status, &self, &FormTargets::own())
    }
}

/// Asks a signed-in person whether a device may act for them.
///
/// The form posts `ticket` and `decision` (`approve` or `deny`) to `action`.
#[derive(Debug, Clone)]
pub struct DeviceAskPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// The client's name.
    pub client_name: &'a str,
    /// What it says of itself.
    pub about: AboutClient,
    /// The name of the signed-in account.
    pub account: &'a str,
    /// The code, for comparison with the one on the device.
    pub user_code: &'a str,
    /// The requested scopes, one line each.
    pub scopes: Vec<ScopeLine<'a>>,
    /// The servers at which the client wants to use the access (RFC 8707); none: the usual ones.
    pub resources: Vec<&'a str>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The ticket that binds the answer to this code and session.
    pub ticket: &'a str,
}

impl DeviceAskPage<'_> {
    /// The page, 200.
    #[must_use]
    pub fn render(self) -> Response {
        let view = AskView {
            issuer_name: self.issuer_name,
            client: ClientName::new(self.client_name),
            about: &self.about,
            account: self.account,
            user_code: self.user_code,
            scopes: self.scopes,
            resources: self.resources,
            action: self.action,
            ticket: self.ticket,
        };
        respond_with(StatusCode::OK, &view, &FormTargets::own(), &Sources::image(self.about.logo.clone()))
    }
}

#[derive(Template)]
#[template(path = "device_ask.html")]
struct AskView<'a> {
    issuer_name: &'a str,
    client: ClientName,
    about: &'a AboutClient,
    account: &'a str,
    user_code: &'a str,
    scopes: Vec<ScopeLine<'a>>,
    resources: Vec<&'a str>,
    action: &'a str,
    ticket: &'a str,
}

/// Confirms the decision.
#[derive(Debug, Clone, Template)]
#[template(path = "device_answered.html")]
pub struct DeviceAnsweredPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// The decision.
    pub approved: bool,
}

impl DeviceAnsweredPage<'_> {
    /// The page, 200.
    #[must_use]
    pub fn render(self) -> Response {
        respond(StatusCode::OK, &self, &FormTargets::own())
    }
}
