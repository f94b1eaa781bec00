//! `POST /1/sessions/validate`.

use axum::response::Response;
use jeton_core::Secret;
use serde_json::json;

use super::asked::Asked;
use super::written::written;

/// What a service learns of an app key and a session.
pub(super) async fn validate(asked: Asked) -> Response {
    asked
        .answer("/1/sessions/validate", async |robots, presented| {
            let form = asked.form()?;
            let session = Secret::new(form.required("session_token")?);
            let validated = robots.validate_session(&presented, form.required("app_token")?, &session).await?;
            let mut document = written(&validated.account);
            document.insert("app_token".to_owned(), json!({ "scopes": validated.app_scopes }));
            Ok(document)
        })
        .await
}
