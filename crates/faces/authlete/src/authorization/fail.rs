//! `POST /auth/authorization/fail`: the request ends with an error for the client.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{PARAMETER_INVALID, PARAMETER_MISSING, RECORD_CLIENT_LOCKED, TICKET_UNKNOWN, TICKET_USED};
use jeton_wire::oauth::AuthorizationResponse;
use serde_json::Map;

use super::{acting, sent};
use crate::answer::{Code, Operation, Outcome};
use crate::call::Call;

const BAD: Outcome = Outcome::Action("BAD_REQUEST");

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (PARAMETER_INVALID, Code("A060201"), BAD),
    (TICKET_UNKNOWN, Code("A059203"), BAD),
    (TICKET_USED, Code("A059202"), BAD),
    (RECORD_CLIENT_LOCKED, Code("A001215"), BAD),
];

const FAIL: Operation =
    Operation::acting("/auth/authorization/fail", Right::UseService, "The error was made.", Code("A059290"))
        .refusing(REFUSALS)
        .finer(|refusal| {
            let is_reason = refusal.word() == "reason";
            refusal.is(&PARAMETER_MISSING).then_some(if is_reason { Code("A060201") } else { Code("A059201") })
        });

/// Reasons: the code for the client (RFC 6749 section 4.1.2.1, OIDC Core section 3.1.2.6), and its description.
const REASONS: &[(&str, &str, &str, &str)] = &[
    ("UNKNOWN", "A060301", "server_error", "The authorization server failed."),
    ("NOT_LOGGED_IN", "A060302", "login_required", "The person is not signed in."),
    ("MAX_AGE_NOT_SUPPORTED", "A060303", "login_required", "The age of the sign-in is not known."),
    ("EXCEEDS_MAX_AGE", "A060304", "login_required", "The sign-in is too old."),
    ("DIFFERENT_SUBJECT", "A060305", "login_required", "Another person is signed in."),
    ("ACR_NOT_SATISFIED", "A060306", "unmet_authentication_requirements", "The sign-in does not meet the demand."),
    ("DENIED", "A060307", "access_denied", "The person denied the request."),
    ("SERVER_ERROR", "A060308", "server_error", "The authorization server failed."),
    ("NOT_AUTHENTICATED", "A060309", "login_required", "The person could not be authenticated."),
    ("ACCOUNT_SELECTION_REQUIRED", "A060310", "account_selection_required", "The person must choose an account."),
    ("CONSENT_REQUIRED", "A060311", "consent_required", "The person must be asked."),
    ("INTERACTION_REQUIRED", "A060312", "interaction_required", "The person must do something first."),
    ("INVALID_TARGET", "A060313", "invalid_target", "The resource is not known."),
    ("INVALID_SCOPE", "A060313", "invalid_scope", "The scope is not valid."),
    ("UNAUTHORIZED_CLIENT", "A060313", "unauthorized_client", "The client may not do this."),
    ("TEMPORARILY_UNAVAILABLE", "A060313", "temporarily_unavailable", "The authorization server is busy."),
];

/// Uses the ticket up, and makes the error.
pub(super) async fn fail(call: Call) -> Response {
    call.answer(&FAIL, async |cx| {
        let service = cx.service()?;
        let text = cx.body.text("ticket")?.ok_or_else(|| PARAMETER_MISSING.with("ticket"))?;
        let reason = cx.body.text("reason")?.ok_or_else(|| PARAMETER_MISSING.with("reason"))?;
        let known = REASONS.iter().find(|(name, ..)| *name == reason);
        let (_, code, error, usual) = known.ok_or_else(|| PARAMETER_INVALID.with("reason"))?;
        let (ticket, client) = cx.backend.ticket(service, text).await?;
        cx.backend.fail_authorization(&ticket).await?;
        let to = ticket.request.return_to(&client);
        let description = cx.body.text("description")?.unwrap_or(usual);
        let response = AuthorizationResponse::failed(service, &to, error, Some(description));
        Ok(acting(Code(code), sent(&response)?, Map::new()))
    })
    .await
}
