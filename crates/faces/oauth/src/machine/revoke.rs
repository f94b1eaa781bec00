//! `POST /token/revoke`, RFC 7009.

use axum::response::Response;
use jeton_core::revocation;
use jeton_wire::empty_ok;
use jeton_wire::oauth::{ByClient, CHALLENGED};

/// Revokes the presented token.
pub(crate) async fn revoke(call: ByClient) -> Response {
    let call = call.in_words(CHALLENGED);
    call.answer("/token/revoke", async |asked| {
        revocation::revoke(asked.oauth, asked.service, asked.presented, asked.params.get("token")).await?;
        Ok(empty_ok())
    })
    .await
}
