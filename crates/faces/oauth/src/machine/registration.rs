//! `/registration`: RFC 7591 and RFC 7592.

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use jeton_core::Dialect;

use super::desk::Desk;
use super::refuse::USUAL;
use crate::state::OauthState;
use crate::wire::{Entity, Source};

const DESK: Desk = Desk { path: "/registration", dialect: Dialect::Standard, words: USUAL };

/// Registers a client.
pub(crate) async fn register(
    State(state): State<OauthState>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    DESK.register(&state, &source.0, &headers, &body).await
}

/// Shows a client to its registrant.
pub(crate) async fn show(State(state): State<OauthState>, Path(client): Path<String>, headers: HeaderMap) -> Response {
    DESK.show(&state, &client, &headers).await
}

/// Replaces a client's metadata.
pub(crate) async fn update(
    State(state): State<OauthState>,
    source: Source,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    DESK.update(&state, &source.0, &client, (&headers, &body)).await
}

/// Deletes a client.
pub(crate) async fn delete(
    State(state): State<OauthState>,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Response {
    DESK.delete(&state, &client, &headers).await
}
