//! `POST /auth/token/fail`: the password was wrong.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::grants::PasswordTicket;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{PARAMETER_INVALID, PARAMETER_MISSING, TICKET_UNKNOWN, TICKET_USED};
use serde_json::json;

use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::Call;

const BAD: Outcome = Outcome::Action("INTERNAL_SERVER_ERROR");

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (PARAMETER_INVALID, Code("A067201"), BAD),
    (TICKET_UNKNOWN, Code("A063203"), BAD),
    (TICKET_USED, Code("A063202"), BAD),
    (PARAMETER_MISSING, Code("A063201"), BAD),
];

const FAIL: Operation =
    Operation::acting("/auth/token/fail", Right::UseService, "The error was made.", Code("A063290")).refusing(REFUSALS);

/// Reasons, and the error for the client (RFC 6749 section 5.2).
const REASONS: &[(&str, &str, &str, &str)] = &[
    ("UNKNOWN", "A067301", "server_error", "The authorization server failed."),
    ("INVALID_RESOURCE_OWNER_CREDENTIALS", "A067302", "invalid_grant", "The credentials of the person are wrong."),
    ("INVALID_TARGET", "A067303", "invalid_target", "The resource is not known."),
    ("INVALID_CLIENT", "A067303", "invalid_client", "The client is not known."),
    ("UNAUTHORIZED_CLIENT", "A067303", "unauthorized_client", "The client may not do this."),
    ("INVALID_SCOPE", "A067303", "invalid_scope", "The scope is not valid."),
];

/// Uses the ticket up, and makes the error.
pub(super) async fn fail(call: Call) -> Response {
    call.answer(&FAIL, async |cx| {
        let service = cx.service()?;
        let text = cx.body.text("ticket")?.ok_or_else(|| PARAMETER_MISSING.with("ticket"))?;
        let reason = cx.body.text("reason")?.ok_or_else(|| PARAMETER_INVALID.with("reason"))?;
        let known = REASONS.iter().find(|(name, ..)| *name == reason);
        let (_, code, error, description) = known.ok_or_else(|| PARAMETER_INVALID.with("reason"))?;
        let ticket = PasswordTicket::open(&cx.backend.oauth, service.id, text)?;
        ticket.fail(&cx.backend.oauth).await?;
        let content = json!({ "error": error, "error_description": description }).to_string();
        Ok(Answer::action(Code(code), "BAD_REQUEST", members(json!({ "responseContent": content }))))
    })
    .await
}
