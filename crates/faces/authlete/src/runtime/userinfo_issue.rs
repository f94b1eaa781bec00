//! `POST /auth/userinfo/issue`: builds the answer to a user info request (`docs/contracts/authlete.md` section 4.1).

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::checks::Demand;
use jeton_core::userinfo::UserInfo;
use serde_json::{Value, json};

use super::userinfo::insufficient;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;

const ISSUE: Operation =
    Operation::acting("/auth/userinfo/issue", Right::UseService, "The user info response was made.", Code("A096290"));

/// Builds the answer with the claims that the authorization server gives: plain, or as a JWT where the client registered for one.
pub(super) async fn issue(call: Call) -> Response {
    call.answer(&ISSUE, async |cx| {
        let service = cx.service()?;
        // The first call has checked the proof of the token's key.
        let checked = cx.backend.check_userinfo_token(service, cx.body.text("token")?, &Demand::unbound()).await?;
        if let Some(lack) = &checked.lack {
            return Ok(insufficient(lack));
        }
        let claims = cx.body.json_text("claims")?.unwrap_or_default();
        let made = cx.backend.userinfo(service, &checked, claims, cx.body.text("sub")?).await?;
        let (action, content) = match made {
            UserInfo::Json(claims) => ("JSON", Value::Object(claims).to_string()),
            UserInfo::Jwt(text) => ("JWT", text.expose().to_owned()),
        };
        Ok(Answer::action(Code("A096001"), action, members(json!({ "responseContent": content }))))
    })
    .await
}
