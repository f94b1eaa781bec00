//! Every route of the face, once.

use axum::Router;

use crate::state::ApiTokensState;

jeton_wire::routes! { ApiTokensState; }

/// The router of an issuer.
pub fn router(state: ApiTokensState) -> Router {
    routed(Router::new()).with_state(state)
}
