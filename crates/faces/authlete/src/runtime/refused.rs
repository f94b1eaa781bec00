//! The answer to a client's request that was refused: an action, and the error for the client.

use jeton_core::client_auth::Refused;
use jeton_core::refusal::Refusal;
use jeton_wire::oauth::{code_of, sanitized};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Code, members};
use crate::call::Cx;

/// The error of RFC 6749 section 5.2, as a text for the client.
pub(crate) fn error_body(refused: &Refused) -> String {
    let error = code_of(&refused.refusal, refused.profile);
    json!({ "error": error, "error_description": sanitized(&refused.refusal.message()) }).to_string()
}

/// The answer; a fault of the server stays one. `code`: of the refusal at this operation.
///
/// # Errors
/// The refusal, when the server is at fault.
pub(crate) fn answer(
    refused: Refused,
    code: impl Fn(&Refusal) -> Code,
    more: Map<String, Value>,
) -> Result<Answer, Refusal> {
    if refused.refusal.is_fault() {
        return Err(refused.refusal);
    }
    let action = if is_client(&refused) { "INVALID_CLIENT" } else { "BAD_REQUEST" };
    let mut answer = members(json!({ "responseContent": error_body(&refused) }));
    answer.extend(more);
    let code = code(&refused.refusal);
    Ok(Answer::because(refused.refusal, code, action, answer))
}

/// Whether the client could not be authenticated.
pub(crate) fn is_client(refused: &Refused) -> bool {
    code_of(&refused.refusal, refused.profile) == "invalid_client"
}

/// The answer where the request may have named a client. The client learns what it would learn at Jeton's own endpoint; the
/// authorization server, what is wrong with the client. `unauthenticated`: the action when it could not be authenticated.
///
/// # Errors
/// The refusal, when the server is at fault.
pub(crate) async fn of_client(
    cx: &Cx<'_>,
    named: Option<&str>,
    refused: Refused,
    unauthenticated: &str,
    code: impl Fn(&Refusal) -> Code,
) -> Result<Answer, Refusal> {
    if refused.refusal.is_fault() {
        return Err(refused.refusal);
    }
    let action = if is_client(&refused) { unauthenticated } else { "BAD_REQUEST" };
    let answer = members(json!({ "responseContent": error_body(&refused) }));
    let said = cx.backend.client_at_fault(cx.service()?, named, refused.refusal).await?;
    let code = code(&said);
    Ok(Answer::because(said, code, action, answer))
}
