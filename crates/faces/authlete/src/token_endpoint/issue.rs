//! `POST /auth/token/issue`: the password was right.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::grants::PasswordTicket;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    PARAMETER_MISSING, SUBJECT_MISSING, SUBJECT_NOT_ASCII, SUBJECT_TOO_LONG, TICKET_UNKNOWN, TICKET_USED,
    TOKEN_TEXT_TAKEN,
};

use super::tokens;
use crate::answer::{Answer, Code, Operation, Outcome};
use crate::call::Call;
use crate::shapes::authorizer;

/// What the SDKs know here beside OK.
const BAD: Outcome = Outcome::Action("INTERNAL_SERVER_ERROR");

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (PARAMETER_MISSING, Code("A055201"), BAD),
    (TICKET_UNKNOWN, Code("A055203"), BAD),
    (TICKET_USED, Code("A055202"), BAD),
    (SUBJECT_MISSING, Code("A111201"), BAD),
    (SUBJECT_TOO_LONG, Code("A111202"), BAD),
    (SUBJECT_NOT_ASCII, Code("A111203"), BAD),
    (TOKEN_TEXT_TAKEN, Code("A144201"), BAD),
];

const ISSUE: Operation =
    Operation::acting("/auth/token/issue", Right::UseService, "The tokens were issued.", Code("A055290"))
        .refusing(REFUSALS)
        .faulting("INTERNAL_SERVER_ERROR");

/// Issues the tokens.
pub(super) async fn issue(call: Call) -> Response {
    call.answer(&ISSUE, async |cx| {
        let service = cx.service()?;
        let text = cx.body.text("ticket")?.ok_or_else(|| PARAMETER_MISSING.with("ticket"))?;
        let subject = cx.body.text("subject")?.ok_or(SUBJECT_MISSING)?;
        let authorizer = authorizer::read(cx, subject).await?;
        let ticket = PasswordTicket::open(&cx.backend.oauth, service.id, text)?;
        let answer = ticket.issue(&cx.backend.oauth, service, &authorizer).await?;
        Ok(Answer::action(Code("A054001"), "OK", tokens::members_of(cx, service, &answer).await?))
    })
    .await
}
