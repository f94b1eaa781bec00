//! `GET /vic/{esn}` and `GET /session-certs/{esn}`: what a robot sent as its `session_certificate`.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header;
use jeton_core::refusals::NOT_FOUND;
use jeton_wire::Path;

use crate::accounts::{refused, with_cors};
use crate::state::VectorState;

/// The bytes as the robot sent them. Nobody has looked at them, so no browser is to show them.
pub(super) async fn of_robot(State(state): State<VectorState>, Path(esn): Path<String>) -> Response {
    match state.robots.session_certificate(&esn).await {
        Ok(Some(bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            with_cors((headers, bytes).into_response())
        }
        Ok(None) => refused(&state.robots, &NOT_FOUND.with("robot with a certificate"), "/vic"),
        Err(refusal) => refused(&state.robots, &refusal, "/vic"),
    }
}
