//! `POST /1/reset_user_password`.

use axum::response::Response;

use super::asked::{Asked, done};

/// Asks for a new password.
pub(super) async fn reset(asked: Asked) -> Response {
    asked
        .answer("/1/reset_user_password", async |robots, presented| {
            robots.reset_password(&presented, asked.form()?.required("email")?).await?;
            Ok(done())
        })
        .await
}
