//! `POST /revoke`, section 7.5.

use axum::response::Response;
use jeton_core::revocation;

use super::words;
use crate::machine::ByClient;
use crate::wire::empty_ok;

/// Ends the token presented.
pub(crate) async fn revoke(call: ByClient) -> Response {
    call.in_words(words::revocation)
        .answer("/revoke", async |asked| {
            revocation::revoke(asked.oauth, asked.service, asked.presented, asked.params.get("token")).await?;
            Ok(empty_ok())
        })
        .await
}
