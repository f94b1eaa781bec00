//! `POST /token`, RFC 6749 section 3.2.

use axum::response::Response;
use http::StatusCode;
use jeton_core::grants;
use jeton_wire::json_body;
use jeton_wire::oauth::{ByClient, token_response};

/// Answers a token request.
pub(crate) async fn token(call: ByClient) -> Response {
    call.answer("/token", async |asked| {
        let answer = grants::answer(asked.oauth, asked.service, asked.presented, asked.params).await?;
        Ok(json_body(StatusCode::OK, token_response(asked.service, &answer)))
    })
    .await
}
