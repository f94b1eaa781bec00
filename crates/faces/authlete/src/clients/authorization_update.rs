//! `POST /client/authorization/update/{id}`.

use axum::response::Response;
use http::StatusCode;
use jeton_core::backend::access::Right;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{RECORD_CLIENT_UNKNOWN, SUBJECT_MISSING, SUBJECT_NOT_ASCII, SUBJECT_TOO_LONG};
use serde_json::Map;

use super::subject;
use crate::answer::{Answer, Code, Operation, Outcome};
use crate::call::Call;
use crate::shapes::scopes::read as scopes;

const BAD: Outcome = Outcome::Status(StatusCode::BAD_REQUEST);
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (RECORD_CLIENT_UNKNOWN, Code("A001218"), Outcome::Status(StatusCode::NOT_FOUND)),
    (SUBJECT_MISSING, Code("A138201"), BAD),
    (SUBJECT_TOO_LONG, Code("A138202"), BAD),
    (SUBJECT_NOT_ASCII, Code("A138203"), BAD),
];

const UPDATE: Operation = Operation::answering(
    "/client/authorization/update",
    Some(Right::ModifyClient),
    "The tokens of the client and the subject were changed.",
    Code("A138204"),
)
.refusing(REFUSALS);

/// Gives all tokens of a client and a subject these scopes; without scopes in the call they stay as they are.
pub(super) async fn update(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        let subject = subject::of(cx)?;
        if let Some(scope) = scopes(&cx.body)? {
            cx.backend.update_authorization(&cx.caller, (cx.service()?, &client), subject, &scope).await?;
        }
        Ok(Answer::Result(Code("A138001"), Map::new()))
    })
    .await
}
