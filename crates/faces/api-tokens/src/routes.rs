//! Every route of the face, once.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};

use crate::state::ApiTokensState;
use crate::wire::fields::NAMES;
use crate::{create, gate, other, whoami};

/// The largest body: its fields are short.
const LARGEST: usize = 64 * 1024;

jeton_wire::routes! { ApiTokensState;
    "POST" "/api/token/create" "form" NAMES, "Makes an API token; multipart and JSON bodies are read, too" => post(create::create);
    "GET" "/api/token/whoami" "" &[], "The claims of the token in `Authorization`" => get(whoami::whoami);
    "POST" "/token/create" "form" NAMES, "The same as `/api/token/create`" => post(create::create);
    "GET" "/token/whoami" "" &[], "The same as `/api/token/whoami`" => get(whoami::whoami);
}

/// The router of an issuer; without a state the face is off and has no route.
pub fn router(state: Option<ApiTokensState>) -> Router {
    let Some(state) = state else { return Router::new() };
    let unknown = Router::new()
        .route("/api/token", any(other::unknown))
        .route("/api/token/", any(other::unknown))
        .route("/api/token/{*rest}", any(other::unknown));
    let gate = gate::Gate { state: state.clone(), routes: ROUTES };
    routed(unknown)
        .route_layer(from_fn_with_state(gate, gate::pass))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(state)
}
