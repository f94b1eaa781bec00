//! The answer to a client's request that was refused: an action, and the error for the client.

use jeton_core::client_auth::Refused;
use jeton_core::refusal::Refusal;
use jeton_wire::oauth::{code_of, sanitized};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Code, members};

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
    let is_client = code_of(&refused.refusal, refused.profile) == "invalid_client";
    let action = if is_client { "INVALID_CLIENT" } else { "BAD_REQUEST" };
    let mut answer = members(json!({ "responseContent": error_body(&refused) }));
    answer.extend(more);
    let code = code(&refused.refusal);
    Ok(Answer::because(refused.refusal, code, action, answer))
}
