//! `POST /1/sessions/delete`.

use axum::response::Response;
use jeton_core::robots::Presented;

use super::asked::{Asked, done};

/// Ends a session; with `delete_related` every session of its account.
pub(super) async fn end(asked: Asked) -> Response {
    asked
        .answer("/1/sessions/delete", async |robots, presented| {
            // The body may be empty: then the session is in the header.
            let form = asked.form().unwrap_or_default();
            let session = presented.session.or_else(|| form.get("session_token"));
            let named = form.get("session_token").or(session).unwrap_or_default();
            let related = form.get("delete_related").is_some_and(|value| matches!(value, "true" | "1"));
            robots.end_session(&Presented { session, ..presented }, named, related).await?;
            Ok(done())
        })
        .await
}
