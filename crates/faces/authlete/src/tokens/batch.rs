//! `POST /auth/token/create/batch` and `GET /auth/token/create/batch/status/{request}` (`docs/contracts/authlete.md` section 2.8).
//!
//! A batch is carried out before its answer, in one commit. What is wrong with a token of it is said by the status, as the contract
//! has it; what is wrong with the call, by the answer.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::ledger::Trial;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::PAIR_REPEATED;
use serde_json::json;

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
        let code = |refusal: &Refusal| match refusal.is(&PAIR_REPEATED) {
            true => "A391203",
            false => create::CREATE.code(refusal).text(),
        };
        let name = cx.backend.create_batch(&cx.caller, service, records, trial, code).await?;
        Ok(Answer::Result(Code("A391001"), members(json!({ "requestId": name }))))
    })
    .await
}

/// Says how a batch ended.
pub(super) async fn status(call: Call) -> Response {
    call.answer(&STATUS, async |cx| {
        let name = cx.part("request")?;
        let status = cx.backend.batch_status(cx.service()?.id, name).await?;
        let failure = status.failure.as_ref();
        let shown = json!({
            "batchKind": "CREATE",
            "requestId": name,
            "result": if failure.is_some() { "FAILED" } else { "SUCCEEDED" },
            "tokenCount": status.records,
            "errorCode": failure.map(|failure| &failure.code),
            "errorDescription": failure.map(|failure| &failure.description),
            "createdAt": status.at.millis(),
            "modifiedAt": status.at.millis(),
        });
        Ok(Answer::Result(Code("A391002"), members(json!({ "status": shown }))))
    })
    .await
}
