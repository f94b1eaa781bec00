//! `POST /auth/token/create/batch` and `GET /auth/token/create/batch/status/{request}` (`docs/contracts/authlete.md` section 2.8).
//!
//! A batch is carried out before its answer, in one commit. What is wrong with a token of it is said by the status, as the contract
//! has it; what is wrong with the call, by the answer.

use axum::response::Response;
use jeton_core::Secret;
use jeton_core::backend::access::Right;
use jeton_core::backend::records::{BatchForm, BatchStatus};
use jeton_core::ledger::Trial;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::PAIR_REPEATED;
use serde_json::{Value, json};

use super::create;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;

const CREATE: Operation = Operation::answering(
    "/auth/token/create/batch",
    Some(Right::UseService),
    "The batch was taken in; ask for its status.",
    Code("A391201"),
)
.of_list();

const STATUS: Operation =
    Operation::answering("/auth/token/create/batch/status", Some(Right::UseService), "Done.", Code("A391202"));

/// Creates many tokens, all or none.
pub(super) async fn create(call: Call) -> Response {
    call.answer(&CREATE, async |cx| {
        let service = cx.service()?;
        let trial = if cx.query.flag("dryRun")? { Trial::Dry } else { Trial::Real };
        let list = cx.list()?;
        let mut records = Vec::with_capacity(list.len());
        for each in &list {
            records.push(create::read(cx, each).await);
        }
        let form = BatchForm { code, status: shown };
        let made = cx.backend.create_batch(&cx.caller, service, records, trial, form).await?;
        let token = made.notification_token.as_ref().map(Secret::expose);
        let answer = members(json!({ "requestId": made.name, "notificationToken": token }));
        Ok(Answer::Result(Code("A391001"), answer))
    })
    .await
}

/// Says how a batch ended.
pub(super) async fn status(call: Call) -> Response {
    call.answer(&STATUS, async |cx| {
        let name = cx.part("request")?;
        let status = cx.backend.batch_status(cx.service()?.id, name).await?;
        Ok(Answer::Result(Code("A391002"), members(json!({ "status": shown(name, &status) }))))
    })
    .await
}

fn code(refusal: &Refusal) -> &'static str {
    if refusal.is(&PAIR_REPEATED) { "A391203" } else { create::CREATE.code(refusal).text() }
}

/// How a batch ended.
fn shown(name: &str, status: &BatchStatus) -> Value {
    let mut shown = members(json!({
        "batchKind": "CREATE",
        "requestId": name,
        "result": if status.failure.is_some() { "FAILED" } else { "SUCCEEDED" },
        "tokenCount": status.records,
        "createdAt": status.at.millis(),
        "modifiedAt": status.at.millis(),
    }));
    if let Some(failure) = &status.failure {
        shown.extend(members(json!({ "errorCode": failure.code, "errorDescription": failure.description })));
    }
    Value::Object(shown)
}
