//! `POST /par`, RFC 9126.

use axum::response::Response;
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::authorization::{SignsIn, push};
use jeton_wire::json_body;
use jeton_wire::oauth::ByClient;
use serde_json::json;

/// Accepts an authorization request from the client itself.
pub(crate) async fn par(call: ByClient) -> Response {
    call.answer("/par", async |asked| {
        let pushed = push(asked.oauth, asked.service, asked.presented, asked.params, SignsIn::Here, None).await?;
        let body = json!({ "request_uri": pushed.request_uri, "expires_in": pushed.expires_in });
        Ok(json_body(StatusCode::CREATED, serde_json::to_vec(&body).map_err(Refusal::from)?))
    })
    .await
}
