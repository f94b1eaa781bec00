//! ProdManager's API tokens (`docs/contracts/prodmanager.md`) over the ledger.
//!
//! Every route is listed here once. `gate.rs` is what every request passes before its endpoint: the check of its token, the
//! rate limit, and the headers of every answer. `wire/` holds the formats: fields in three encodings, JSON as the original
//! prints it, the errors.

mod create;
mod gate;
mod other;
mod state;
mod whoami;
mod wire;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use jeton_wire::Face;

pub use state::ApiTokensState;
use wire::fields::NAMES;

/// The routes of this face.
pub const FACE: Face = Face {
    name: "API tokens",
    about: "For clients of ProdManager. On when `[api_tokens] secret` is set.",
    routes: &[ROUTES],
};

/// The largest body: its fields are short.
const LARGEST: usize = 64 * 1024;

jeton_wire::routes! { ApiTokensState;
    "POST" "/api/token/create" "form" NAMES, "Makes an API token; multipart and JSON bodies are read, too" => post(create::create);
    "GET" "/api/token/whoami" "" &[], "The claims of the token in `Authorization`" => get(whoami::whoami);
    "POST" "/token/create" "form" NAMES, "The same as `/api/token/create`" => post(create::create);
    "GET" "/token/whoami" "" &[], "The same as `/api/token/whoami`" => get(whoami::whoami);
}

/// The router of an issuer; without a state the face is off and has no routes.
pub fn router(state: Option<ApiTokensState>) -> Router {
    let Some(state) = state else { return Router::new() };
    let unknown = Router::new()
        .route("/api/token", any(other::unknown))
        .route("/api/token/", any(other::unknown))
        .route("/api/token/{*rest}", any(other::unknown));
    let gate = gate::Gate { state: state.clone(), routes: ROUTES };
    routed(unknown)
        .route_layer(from_fn_with_state(gate, gate::pass))
        .route("/api", any(other::unknown))
        .route("/api/", any(other::unknown))
        // Paths of two and more parts that no face serves are the Authlete face's.
        .route("/api/{service}", any(other::unknown))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(state)
}
