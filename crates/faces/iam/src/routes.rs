//! Every route of the face, once.

use axum::Router;

use crate::state::IamState;

jeton_wire::routes! { IamState; }

/// The router of an issuer.
pub fn router(state: IamState) -> Router {
    routed(Router::new()).with_state(state)
}
