//! `POST /auth/authorization/ticket/info`: what is kept with a ticket.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{CLIENT_UNKNOWN, PARAMETER_MISSING, RECORD_CLIENT_LOCKED, TICKET_UNKNOWN};
use serde_json::json;

use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::Call;

/// The refusals that have a code of their own.
pub(super) const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (PARAMETER_MISSING, Code("A041201"), Outcome::Action("CALLER_ERROR")),
    (TICKET_UNKNOWN, Code("A041203"), Outcome::Action("NOT_FOUND")),
    (CLIENT_UNKNOWN, Code("A041203"), Outcome::Action("NOT_FOUND")),
    (RECORD_CLIENT_LOCKED, Code("A001215"), Outcome::Action("NOT_FOUND")),
];

const INFO: Operation =
    Operation::acting("/auth/authorization/ticket/info", Right::UseService, "The ticket exists.", Code("A041290"))
        .refusing(REFUSALS)
        .faulting("CALLER_ERROR");

/// Shows the context.
pub(super) async fn info(call: Call) -> Response {
    call.answer(&INFO, async |cx| {
        let text = cx.body.text("ticket")?.ok_or_else(|| PARAMETER_MISSING.with("ticket"))?;
        let (ticket, _) = cx.backend.ticket(cx.service()?, text).await?;
        let context = cx.backend.ticket_context(&ticket).await?;
        Ok(Answer::action(Code("A040001"), "OK", members(json!({ "info": { "context": context } }))))
    })
    .await
}
