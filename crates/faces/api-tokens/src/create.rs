//! `POST /api/token/create`

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use jeton_core::{Refusal, RequestSource, Secret};
use serde_json::Value;

use crate::state::ApiTokensState;
use crate::wire::accept::wants_plain;
use crate::wire::fields::Fields;
use crate::wire::json;
use crate::wire::refuse::refuse;

/// Creates a token. Its text is the answer: a JSON string, or the bare text for callers that accept `text/plain`.
pub(crate) async fn create(State(state): State<ApiTokensState>, request: Request) -> Response {
    let plain = wants_plain(request.headers());
    match run(&state, request).await {
        Ok(text) if plain => {
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))];
            (kind, text.expose().to_owned()).into_response()
        }
        Ok(text) => json::ok(&Value::String(text.expose().to_owned())),
        Err(refusal) => refuse(&state, &refusal, "/api/token/create"),
    }
}

async fn run(state: &ApiTokensState, request: Request) -> Result<Secret, Refusal> {
    let address = request.extensions().get::<RequestSource>().and_then(|origin| origin.addr);
    let order = Fields::read(request).await?.order();
    let minted = state.administration.named_tokens.create(state.service, &state.token_api, address, order).await?;
    Ok(minted.text)
}
