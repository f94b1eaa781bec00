//! `POST /1/sessions/reup`.

use axum::response::Response;
use jeton_core::robots::Presented;

use super::asked::Asked;
use super::written::written;

/// A new session; the old one ends.
pub(super) async fn renew(asked: Asked) -> Response {
    asked
        .answer("/1/sessions/reup", async |robots, presented| {
            // The body may be empty: then the session is in the header.
            let form = asked.form().unwrap_or_default();
            let session = presented.session.or_else(|| form.get("session_token"));
            Ok(written(&robots.renew_session(&Presented { session, ..presented }).await?))
        })
        .await
}
