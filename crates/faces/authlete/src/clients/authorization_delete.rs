//! `/client/authorization/delete/{id}`.

use axum::response::Response;
use http::StatusCode;
use jeton_core::backend::access::Right;
use jeton_core::backend::records::EndRecords;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{RECORD_CLIENT_UNKNOWN, SUBJECT_MISSING, SUBJECT_NOT_ASCII, SUBJECT_TOO_LONG};
use serde_json::Map;

use super::subject;
use crate::answer::{Answer, Code, Operation, Outcome};
use crate::call::Call;

const BAD: Outcome = Outcome::Status(StatusCode::BAD_REQUEST);
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (RECORD_CLIENT_UNKNOWN, Code("A001218"), Outcome::Status(StatusCode::NOT_FOUND)),
    (SUBJECT_MISSING, Code("A137201"), BAD),
    (SUBJECT_TOO_LONG, Code("A137202"), BAD),
    (SUBJECT_NOT_ASCII, Code("A137203"), BAD),
];

const DELETE: Operation = Operation::answering(
    "/client/authorization/delete",
    Some(Right::ModifyClient),
    "The tokens of the client and the subject were ended.",
    Code("A137204"),
)
.refusing(REFUSALS);

/// Ends all tokens of a client and a subject.
pub(super) async fn delete(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        let which = EndRecords { client: Some(client), subject: Some(subject::of(cx)?.to_owned()) };
        cx.backend.end_records(&cx.caller, cx.service()?.id, which).await?;
        Ok(Answer::Result(Code("A137001"), Map::new()))
    })
    .await
}
