//! `/client/registration` and its three sisters: dynamic registration (RFC 7591, RFC 7592) that the authorization server sends on.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::clients::{RegisteredClient, client_document};
use jeton_core::model::CompatibilityMode;
use jeton_core::refusal::{Class, Refusal};
use jeton_core::refusals::{CLIENT_METADATA_INVALID, PARAMETER_MISSING};
use jeton_wire::oauth::{code_of, sanitized};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Code, Operation, members};
use crate::call::{Call, Cx};

const fn operation(path: &'static str, otherwise: Code) -> Operation {
    Operation::acting(path, Right::UseService, "Done.", otherwise)
}

const REGISTER: Operation = operation("/client/registration", Code("A202201"));
const GET: Operation = operation("/client/registration/get", Code("A206201"));
const UPDATE: Operation = operation("/client/registration/update", Code("A206201"));
const DELETE: Operation = operation("/client/registration/delete", Code("A206201"));

/// Registers a client.
pub(super) async fn register(call: Call) -> Response {
    call.answer(&REGISTER, async |cx| {
        let by = (cx.body.text("token")?, cx.source);
        let made = match metadata(cx) {
            Ok(metadata) => cx.backend.register_client(cx.service()?, by, metadata).await,
            Err(refusal) => Err(refusal),
        };
        said(made.map(|made| answer(Code("A202001"), "CREATED", &made)))
    })
    .await
}

/// A registered client.
pub(super) async fn get(call: Call) -> Response {
    call.answer(&GET, async |cx| {
        let found = cx.backend.registered_client(cx.service()?, cx.body.text("token")?, &client_id(cx)?).await;
        said(found.map(|found| answer(Code("A217001"), "OK", &found)))
    })
    .await
}

/// Replaces the metadata of a registered client.
pub(super) async fn update(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| {
        let by = (cx.body.text("token")?, cx.source);
        let id = client_id(cx)?;
        let done = match metadata(cx) {
            Ok(metadata) => cx.backend.update_registered_client(cx.service()?, by, &id, metadata).await,
            Err(refusal) => Err(refusal),
        };
        said(done.map(|done| answer(Code("A213001"), "UPDATED", &done)))
    })
    .await
}

/// Deletes a registered client.
pub(super) async fn delete(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        let token = cx.body.text("token")?;
        let done = cx.backend.delete_registered_client(cx.service()?, token, &client_id(cx)?).await;
        said(done.map(|()| Answer::action(Code("A216001"), "DELETED", Map::new())))
    })
    .await
}

/// `clientId`, which is a text here; a number is accepted.
fn client_id(cx: &Cx<'_>) -> Result<String, Refusal> {
    match cx.body.get("clientId") {
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Ok(cx.body.text("clientId")?.ok_or_else(|| PARAMETER_MISSING.with("clientId"))?.to_owned()),
    }
}

/// `json`: the metadata that the registrant sent.
fn metadata(cx: &Cx<'_>) -> Result<Map<String, Value>, Refusal> {
    if cx.body.get("json").is_none() {
        return Err(PARAMETER_MISSING.with("json"));
    }
    let metadata = cx.body.json_text("json");
    let wrong = || CLIENT_METADATA_INVALID.with("the request is not one JSON object, each member once");
    metadata.ok().flatten().ok_or_else(wrong)
}

fn answer(code: Code, action: &str, registered: &RegisteredClient) -> Answer {
    let document = Value::Object(registered.document.clone());
    let answer = json!({
        "responseContent": document.to_string(),
        "client": client_document(&registered.client),
    });
    Answer::action(code, action, members(answer))
}

/// The answer about a registration that was refused: what the registrant gets. A fault of the server stays one.
fn said(done: Result<Answer, Refusal>) -> Result<Answer, Refusal> {
    let refusal = match done {
        Ok(answer) => return Ok(answer),
        Err(refusal) if refusal.is_fault() || refusal.is_unavailable() => return Err(refusal),
        Err(refusal) => refusal,
    };
    let is_token = refusal.class() == Class::Unauthenticated;
    let (code, action) = if is_token { (Code("A203302"), "UNAUTHORIZED") } else { (Code("A206301"), "BAD_REQUEST") };
    let error = code_of(&refusal, CompatibilityMode::Standard);
    let body = json!({ "error": error, "error_description": sanitized(&refusal.message()) });
    Ok(Answer::because(refusal, code, action, members(json!({ "responseContent": body.to_string() }))))
}
