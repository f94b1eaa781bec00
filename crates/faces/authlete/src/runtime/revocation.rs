//! `POST /auth/revocation`: RFC 7009 (`docs/contracts/authlete.md` sections 2.7 and 4.1).

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, PARAMETER_MISSING, TOKEN_FOREIGN};
use serde_json::json;

use super::client_request::{form, presented};
use super::refused;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;

const REVOCATION: Operation =
    Operation::acting("/auth/revocation", Right::UseService, "The token was revoked.", Code("A113202"));

/// Answers a revocation request: both tokens of the record end, whatever the hint says.
pub(super) async fn revocation(call: Call) -> Response {
    call.answer(&REVOCATION, async |cx| {
        let mut named = None;
        let done = match form(&cx.body)? {
            Err(refusal) => Err(refusal.into()),
            Ok(params) => {
                let presented = presented(cx, cx.service()?, &params, "/token/revoke")?;
                named = presented.claimed().map(str::to_owned);
                cx.backend.revoke(cx.service()?, &presented, params.get("token")).await
            }
        };
        match done {
            Ok(()) => Ok(Answer::action(Code("A113001"), "OK", members(json!({ "responseContent": "" })))),
            Err(refused) => refused::of_client(cx, named.as_deref(), refused, "INVALID_CLIENT", code).await,
        }
    })
    .await
}

fn code(refusal: &Refusal) -> Code {
    if refusal.is(&BODY_MISSING) {
        Code("A113201")
    } else if refusal.is(&TOKEN_FOREIGN) {
        Code("A116301")
    } else if refusal.is(&PARAMETER_MISSING) {
        Code("A115301")
    } else {
        Code("A114301")
    }
}
