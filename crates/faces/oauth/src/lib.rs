//! The OAuth 2.0 and OpenID Connect face: `docs/contracts/oauth-token-endpoint.md` sections 1 to 11 and 13.
//!
//! A face speaks its wire form and decides nothing: each handler reads the request, calls one function of the core, and writes
//! the answer. `machine/` holds the endpoints for programs, `browser/` those for people, `pages/` their HTML.

mod browser;
mod machine;
pub mod pages;

use axum::Router;
use jeton_core::grants;
use jeton_wire::oauth::{other_method, unknown};
use jeton_wire::pages::other_method as pages_other_method;
use jeton_wire::{Face, Issuer, RouteDoc};

pub use browser::sign_in_first;

/// The routes of this face.
pub const FACE: Face = Face {
    name: "OAuth",
    about: "On the listener of `[http]`, below the issuer. Machine endpoints take no cookies and answer any origin; pages need no\n\
            JavaScript.",
    routes: &[machine::ROUTES, browser::ROUTES],
};

/// The parameters of a route, for the documentation: at the token endpoint including those of single grants.
#[must_use]
pub fn parameters_of(route: &RouteDoc) -> Vec<&'static str> {
    let of_grants = (route.path == "/token").then(grants::parameters);
    route.parameters.iter().copied().chain(of_grants.into_iter().flatten()).collect()
}

/// The router of an issuer. It also answers paths that no face serves.
pub fn router(issuer: Issuer) -> Router {
    let pages = browser::routed(Router::new()).method_not_allowed_fallback(pages_other_method);
    let endpoints = machine::routed(Router::new()).method_not_allowed_fallback(other_method);
    pages.merge(endpoints).fallback(unknown).with_state(issuer)
}
