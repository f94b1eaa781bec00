//! The OAuth 2.0 and OpenID Connect face: `docs/contracts/oauth-token-endpoint.md` sections 1 to 11 and 13.
//!
//! A face speaks its wire form and decides nothing: each handler reads, calls one function of the core, and writes.
//! `machine/` holds the endpoints that programs call, `browser/` those that people see, `pages/` what these look like.

mod browser;
mod machine;
pub mod pages;

use axum::Router;
use jeton_core::grants;
use jeton_wire::{Face, Issuer, RouteDoc};

pub use browser::sign_in_first;

/// What this face is and serves.
pub const FACE: Face = Face {
    name: "OAuth",
    about: "On the listener of `[http]`, below the issuer. Machine endpoints take no cookies and answer any origin; pages need no\n\
            JavaScript.",
    routes: &[machine::ROUTES, browser::ROUTES],
};

/// What a route reads, for documents: at the token endpoint also what only some grants read.
#[must_use]
pub fn parameters_of(route: &RouteDoc) -> Vec<&'static str> {
    let of_grants = (route.path == "/token").then(grants::parameters);
    route.parameters.iter().copied().chain(of_grants.into_iter().flatten()).collect()
}

/// The router of an issuer.
pub fn router(issuer: Issuer) -> Router {
    browser::routed(machine::routed(Router::new())).with_state(issuer)
}
