//! `POST /device/complete`: how the person decided. It uses the user code up, whatever the decision.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::device::{self, UserCode};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    PARAMETER_INVALID, PARAMETER_MISSING, SUBJECT_MISSING, USER_CODE_EXPIRED, USER_CODE_INVALID,
};
use serde_json::Map;

use crate::answer::{Answer, Code, Operation, Outcome};
use crate::call::Call;
use crate::shapes::authorizer;

/// The members that are read.
pub(super) const MEMBERS: &[&str] = &[
    "userCode",
    "result",
    "subject",
    "sub",
    "authTime",
    "acr",
    "claims",
    "properties",
    "scopes",
    "authorizationDetails",
    "consentedClaims",
    "sessionId",
    "idtHeaderParams",
    "idTokenAudType",
];

const INVALID: Outcome = Outcome::Action("INVALID_REQUEST");
const UNKNOWN: Code = Code("A241302");

/// The refusals that have a code of their own. A code that another call used up a moment ago is unknown too.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (PARAMETER_MISSING, Code("A241201"), INVALID),
    (PARAMETER_INVALID, Code("A241202"), INVALID),
    (SUBJECT_MISSING, Code("A241203"), INVALID),
    (USER_CODE_INVALID, UNKNOWN, Outcome::Action("USER_CODE_NOT_EXIST")),
    (USER_CODE_EXPIRED, Code("A241301"), Outcome::Action("USER_CODE_EXPIRED")),
];

const COMPLETE: Operation =
    Operation::acting("/device/complete", Right::UseService, "The decision was recorded.", Code("A241204"))
        .refusing(REFUSALS)
        .faulting("INVALID_REQUEST");

/// Records a decision for a device.
pub(super) async fn complete(call: Call) -> Response {
    call.answer(&COMPLETE, async |cx| {
        let service = cx.service()?;
        let typed = cx.body.text("userCode")?.ok_or_else(|| PARAMETER_MISSING.with("userCode"))?;
        let authorizer = match cx.body.text("result")? {
            None => return Err(PARAMETER_MISSING.with("result")),
            Some("AUTHORIZED") => Some(authorizer::read(cx, cx.body.text("subject")?.ok_or(SUBJECT_MISSING)?).await?),
            // The device learns of both as `access_denied`: RFC 8628 has no error for a page that failed.
            Some("ACCESS_DENIED" | "TRANSACTION_FAILED") => None,
            Some(_) => return Err(PARAMETER_INVALID.with("result")),
        };
        let question = match device::look_up(&cx.backend.oauth, service, typed).await? {
            UserCode::Open(question, _) => question,
            UserCode::Expired => return Err(USER_CODE_EXPIRED),
            UserCode::Unknown => return Err(USER_CODE_INVALID),
        };
        device::decide(&cx.backend.oauth, service, question.key, authorizer.as_ref()).await?;
        Ok(Answer::action(Code("A241001"), "SUCCESS", Map::new()))
    })
    .await
}
