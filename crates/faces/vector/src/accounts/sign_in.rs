//! `POST /1/sessions`.

use axum::response::Response;
use jeton_core::Secret;
use jeton_core::refusals::PARAMETER_MISSING;

use super::asked::Asked;
use super::written::written;

/// Signs in with a name and a password.
pub(super) async fn sign_in(asked: Asked) -> Response {
    asked
        .answer("/1/sessions", async |robots, presented| {
            let form = asked.form()?;
            let name = form.get("username").or_else(|| form.get("userid"));
            let name = name.ok_or_else(|| PARAMETER_MISSING.with("username"))?;
            let password = Secret::new(form.required("password")?);
            Ok(written(&robots.sign_in(&presented, name, &password).await?))
        })
        .await
}
