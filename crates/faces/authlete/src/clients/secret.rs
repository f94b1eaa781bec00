//! `GET /client/secret/refresh/{id}` and `POST /client/secret/update/{id}`.

use axum::response::Response;
use jeton_core::Secret;
use jeton_core::backend::access::Right;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::PARAMETER_MISSING;
use serde_json::json;

use super::refused;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::{Call, Cx};

const DONE: &str = "The secret of the client was replaced.";

const REFRESH: Operation =
    Operation::answering("/client/secret/refresh", Some(Right::ModifyClient), DONE, Code("A148201"))
        .refusing(refused::CLIENT);
const UPDATE: Operation =
    Operation::answering("/client/secret/update", Some(Right::ModifyClient), DONE, Code("A149201"))
        .refusing(refused::CLIENT);

/// A new random secret.
pub(super) async fn refresh(call: Call) -> Response {
    call.answer(&REFRESH, async |cx| replaced(cx, None, Code("A148001")).await).await
}

/// A secret that the caller chose.
pub(super) async fn update(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| {
        let given = cx.body.text("clientSecret")?.ok_or_else(|| PARAMETER_MISSING.with("clientSecret"))?;
        replaced(cx, Some(given), Code("A149001")).await
    })
    .await
}

async fn replaced(cx: &Cx<'_>, given: Option<&str>, code: Code) -> Result<Answer, Refusal> {
    let client = cx.client(cx.part("client")?).await?;
    let replaced = cx.backend.replace_client_secret(&cx.caller, &client, given).await?;
    let answer = json!({
        "newClientSecret": replaced.new.expose(),
        "oldClientSecret": replaced.old.as_ref().map(Secret::expose),
    });
    Ok(Answer::Result(code, members(answer)))
}
