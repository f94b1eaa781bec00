//! `/client/granted_scopes/get/{id}` and `/client/granted_scopes/delete/{id}`: the memory of consent.

use axum::response::Response;
use http::StatusCode;
use jeton_core::backend::access::Right;
use jeton_core::backend::clients::client_number;
use jeton_core::model::Client;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{RECORD_CLIENT_UNKNOWN, SUBJECT_MISSING, SUBJECT_NOT_ASCII, SUBJECT_TOO_LONG};
use serde_json::{Map, Value, json};

use super::subject;
use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::{Call, Cx};

const UNKNOWN: (Refusal, Code, Outcome) =
    (RECORD_CLIENT_UNKNOWN, Code("A001218"), Outcome::Status(StatusCode::NOT_FOUND));
const BAD: Outcome = Outcome::Status(StatusCode::BAD_REQUEST);

const OF_GET: &[(Refusal, Code, Outcome)] = &[
    UNKNOWN,
    (SUBJECT_MISSING, Code("A139201"), BAD),
    (SUBJECT_TOO_LONG, Code("A139202"), BAD),
    (SUBJECT_NOT_ASCII, Code("A139203"), BAD),
];
const OF_DELETE: &[(Refusal, Code, Outcome)] = &[
    UNKNOWN,
    (SUBJECT_MISSING, Code("A140201"), BAD),
    (SUBJECT_TOO_LONG, Code("A140202"), BAD),
    (SUBJECT_NOT_ASCII, Code("A140203"), BAD),
];

const GET: Operation =
    Operation::answering("/client/granted_scopes/get", Some(Right::ViewClient), "Done.", Code("A139204"))
        .refusing(OF_GET);
const DELETE: Operation = Operation::answering(
    "/client/granted_scopes/delete",
    Some(Right::ModifyClient),
    "Nothing that the subject granted to the client is remembered.",
    Code("A140204"),
)
.refusing(OF_DELETE);

/// What a subject granted to a client.
pub(super) async fn get(call: Call) -> Response {
    call.answer(&GET, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        let subject = subject::of(cx)?;
        let mut answer = named(cx, &client, subject)?;
        let Some(granted) = cx.backend.granted_scopes(&client, subject).await? else {
            return Ok(Answer::Result(Code("A139002"), answer));
        };
        answer.extend(members(json!({
            "latestGrantedScopes": granted.latest.words().collect::<Vec<_>>(),
            "mergedGrantedScopes": granted.merged.words().collect::<Vec<_>>(),
            "modifiedAt": granted.modified.millis(),
        })));
        Ok(Answer::Result(Code("A139001"), answer))
    })
    .await
}

/// Forgets it. Tokens stay.
pub(super) async fn delete(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        let subject = subject::of(cx)?;
        let known = cx.backend.forget_granted_scopes(&cx.caller, &client, subject).await?;
        let code = if known { Code("A140001") } else { Code("A140002") };
        Ok(Answer::Result(code, named(cx, &client, subject)?))
    })
    .await
}

fn named(cx: &Cx<'_>, client: &Client, subject: &str) -> Result<Map<String, Value>, Refusal> {
    let service = cx.service()?.id.get();
    Ok(members(json!({ "serviceApiKey": service, "clientId": client_number(client), "subject": subject })))
}
