//! `POST /1/users`.

use axum::response::Response;
use jeton_core::Secret;
use jeton_core::refusals::PARAMETER_MISSING;
use jeton_core::robots::accounts::NewAccount;
use serde_json::Value;

use super::asked::Asked;
use super::written::written;

/// What it reads.
pub(super) const MEMBERS: &[&str] =
    &["email", "password", "dob", "created_by_app_name", "created_by_app_platform", "created_by_app_version"];

/// How an app names itself.
const CREATED_BY: &str = "created_by_app_";

/// Creates an account.
pub(super) async fn sign_up(asked: Asked) -> Response {
    asked
        .answer("/1/users", async |robots, presented| {
            let members = asked.json()?;
            let text = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
            let needed = |name: &'static str| text(name).ok_or_else(|| PARAMETER_MISSING.with(name));
            let created_by = MEMBERS.iter().filter(|name| name.starts_with(CREATED_BY));
            let new = NewAccount {
                email: needed("email")?.to_owned(),
                password: Secret::new(needed("password")?),
                dob: text("dob").map(str::to_owned),
                created_by: created_by.filter_map(|name| Some(((*name).to_owned(), text(name)?.to_owned()))).collect(),
            };
            Ok(written(&robots.sign_up(&presented, new).await?))
        })
        .await
}
