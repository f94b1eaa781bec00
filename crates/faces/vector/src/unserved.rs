//! What is not served here, and other methods.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, header};
use jeton_core::refusals::METHOD_NOT_ALLOWED;
use tonic::Status;

use crate::accounts::{refused, said, with_cors};
use crate::state::VectorState;

/// Answers at once, before the body arrives: a robot that streams speech to another service must not wait.
pub(crate) async fn answer(request: Request) -> Response {
    if is_grpc(request.headers()) {
        let path = request.uri().path();
        return Status::unimplemented(format!("{path} is not served here")).into_http::<axum::body::Body>();
    }
    if request.method() == Method::OPTIONS {
        return with_cors(StatusCode::NO_CONTENT.into_response());
    }
    said(StatusCode::NOT_FOUND, "not_found", "There is nothing at this path.")
}

/// 405, as JSON.
pub(crate) async fn other_method(State(state): State<VectorState>) -> Response {
    refused(&state.robots, &METHOD_NOT_ALLOWED, "/")
}

/// Whether a request is a call of gRPC (its media type begins so, whatever the encoding of the messages).
fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}
