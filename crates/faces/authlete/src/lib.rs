//! Authlete's API (`docs/contracts/authlete.md`) over the ledger: the backend of other authorization servers.
//!
//! Every operation is one handler: `call/` reads the request liberally and admits the caller, a verb of the ledger's features
//! decides, `answer/` writes the answer strictly. Both generations of paths are served: `/api/{service}/…` and `/api/…`, where the
//! credential names the service.

mod answer;
mod authorization;
mod call;
mod clients;
mod device;
mod later;
mod other;
mod runtime;
mod services;
mod shapes;
mod state;
mod system;
mod token_endpoint;
mod tokens;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::any;
use jeton_wire::Face;

pub use state::AuthleteState;

/// The routes of this face.
pub const FACE: Face = Face {
    name: "Authlete",
    about: "For the official Authlete SDKs: the backend of other authorization servers. Below `/api/{service}` the path names the\n\
            service (version 3), below `/api` the credential does (version 2).",
    routes: &[
        tokens::ROUTES,
        authorization::ROUTES,
        token_endpoint::ROUTES,
        runtime::ROUTES,
        device::ROUTES,
        services::ROUTES,
        clients::ROUTES,
        system::ROUTES,
        system::ECHO_ROUTES,
        later::ROUTES,
    ],
};

/// The largest body, in bytes: a batch of tokens, a service with its keys, or a token with properties of 65,535 bytes. A listener
/// can allow it, since no body is read before the caller was admitted.
pub const LARGEST_BODY: usize = 1024 * 1024;

/// Whether a path is one of this face.
#[must_use]
pub fn is_own(path: &str) -> bool {
    let below = path.strip_prefix("/api/").and_then(|rest| rest.split('/').next());
    below.is_some_and(|first| first != "token")
}

/// Adds the routes of an area.
type AddRoutes = fn(Router<AuthleteState>) -> Router<AuthleteState>;

/// The router.
pub fn router(state: AuthleteState) -> Router {
    let lists: &[AddRoutes] = &[
        tokens::routed,
        tokens::routed_with_slash,
        authorization::routed,
        authorization::routed_with_slash,
        token_endpoint::routed,
        token_endpoint::routed_with_slash,
        runtime::routed,
        runtime::routed_with_slash,
        device::routed,
        device::routed_with_slash,
        services::routed,
        services::routed_with_slash,
        clients::routed,
        clients::routed_with_slash,
        system::routed,
        system::routed_with_slash,
        system::echo_routed,
        later::routed,
        later::routed_with_slash,
    ];
    let router = lists.iter().fold(Router::new(), |router, add| add(router));
    // `/api/{service}` itself is a path of ProdManager's API.
    let router = router.route("/api/{service}/{*rest}", any(other::unknown));
    let router = router.method_not_allowed_fallback(other::other_method);
    router.layer(DefaultBodyLimit::max(LARGEST_BODY)).with_state(state)
}
