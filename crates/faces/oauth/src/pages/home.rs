//! The page of the server's own address.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{FormTargets, respond};

/// Says who is signed in in this browser, and where to go from here.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// The signed-in account, if any.
    pub account: Option<&'a str>,
    /// The address of the sign-in.
    pub sign_in: &'a str,
    /// The address of the sign-out.
    pub sign_out: &'a str,
    /// The address where devices are connected.
    pub device: &'a str,
}

impl HomePage<'_> {
    /// The page, 200.
    #[must_use]
    pub fn render(self) -> Response {
        respond(StatusCode::OK, &self, &FormTargets::own())
    }
}
