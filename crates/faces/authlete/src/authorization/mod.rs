//! The authorization endpoint of an authorization server that signs people in itself (`docs/contracts/authlete.md` section 4.1).

mod begin;
mod fail;
mod issue;
mod shown;
mod ticket_info;
mod ticket_update;

use axum::routing::post;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{CLIENT_UNKNOWN, INTERACTION_INVALID, RECORD_CLIENT_LOCKED, TICKET_USED};

use crate::answer::{Answer, Code, members};
use crate::state::AuthleteState;
use jeton_wire::oauth::{AuthorizationResponse, Sent};
use serde_json::{Map, Value, json};

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "POST" "/auth/authorization" "json" &["parameters", "context"], "Checks an authorization request" => post(begin::begin);
    "POST" "/auth/authorization/issue" "json" issue::MEMBERS, "Issues what an authorization request asks for" => post(issue::issue);
    "POST" "/auth/authorization/fail" "json" &["ticket", "reason", "description"], "Turns a reason into an error for the client"
        => post(fail::fail);
    "POST" "/auth/authorization/ticket/info" "json" &["ticket"], "What is kept with a ticket" => post(ticket_info::info);
    "POST" "/auth/authorization/ticket/update" "json" &["ticket", "info"], "Replaces what is kept with a ticket"
        => post(ticket_update::update);
}

/// The response on its way through the browser: `LOCATION` with a URL, or `FORM` with a page.
///
/// # Errors
/// A fault when the page cannot be rendered.
fn sent(response: &AuthorizationResponse<'_>) -> Result<(&'static str, String), Refusal> {
    Ok(match response.sent()? {
        Sent::Location(url) => ("LOCATION", url),
        Sent::Form(page) => ("FORM", page),
    })
}

/// An error for the caller of the browser, when client or redirect URI cannot be trusted.
fn error_content(refusal: &Refusal) -> String {
    let error = jeton_wire::oauth::code_of(refusal, jeton_core::model::CompatibilityMode::Standard);
    json!({ "error": error, "error_description": jeton_wire::oauth::sanitized(&refusal.message()) }).to_string()
}

/// The answer with such an error. `said`: what the authorization server learns.
fn shown_error(content: String, said: Refusal, code: Code) -> Answer {
    Answer::because(said, code, "BAD_REQUEST", members(json!({ "responseContent": content })))
}

/// A refusal on its way through the browser to the client.
fn sent_error(refusal: Refusal, code: Code, (action, content): (&str, String)) -> Answer {
    Answer::because(refusal, code, action, members(json!({ "responseContent": content })))
}

/// Whether a refusal is about the ticket itself: then nothing is sent to the client.
fn is_about_ticket(refusal: &Refusal) -> bool {
    refusal.is_one_of(&[INTERACTION_INVALID, TICKET_USED, CLIENT_UNKNOWN, RECORD_CLIENT_LOCKED])
}

/// An answer with an action and what to send.
fn acting(code: Code, (action, content): (&str, String), more: Map<String, Value>) -> Answer {
    let mut answer = members(json!({ "responseContent": content }));
    answer.extend(more);
    Answer::action(code, action, answer)
}
