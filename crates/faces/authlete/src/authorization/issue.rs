//! `POST /auth/authorization/issue`: the person was signed in and agreed.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::client_alias;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    INVALID, PARAMETER_MISSING, RECORD_CLIENT_LOCKED, SUBJECT_MISSING, SUBJECT_NOT_ASCII, SUBJECT_TOO_LONG,
    TICKET_UNKNOWN, TICKET_USED, TOKEN_TEXT_TAKEN,
};
use jeton_wire::oauth::AuthorizationResponse;
use serde_json::json;

use super::{acting, is_about_ticket, sent, sent_error};
use crate::answer::{Code, Operation, Outcome, members};
use crate::call::Call;
use crate::shapes::authorizer;
use crate::tokens::record::moment;

/// The members that are read.
pub(super) const MEMBERS: &[&str] = &[
    "ticket",
    "subject",
    "sub",
    "authTime",
    "acr",
    "claims",
    "properties",
    "scopes",
    "authorizationDetails",
    "consentedClaims",
    "jwtAtClaims",
    "accessToken",
    "accessTokenDuration",
    "refreshTokenDuration",
    "sessionId",
    "idtHeaderParams",
    "idTokenAudType",
];

const BAD: Outcome = Outcome::Action("BAD_REQUEST");

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (PARAMETER_MISSING, Code("A041201"), BAD),
    (TICKET_UNKNOWN, Code("A041203"), BAD),
    (TICKET_USED, Code("A041202"), BAD),
    (SUBJECT_MISSING, Code("A042201"), BAD),
    (SUBJECT_TOO_LONG, Code("A042202"), BAD),
    (SUBJECT_NOT_ASCII, Code("A042203"), BAD),
    (RECORD_CLIENT_LOCKED, Code("A001215"), BAD),
    (TOKEN_TEXT_TAKEN, Code("A144201"), BAD),
];

const ISSUE: Operation = Operation::acting(
    "/auth/authorization/issue",
    Right::UseService,
    "The authorization request was answered.",
    Code("A040290"),
)
.refusing(REFUSALS);

/// Issues a code, tokens, or both.
pub(super) async fn issue(call: Call) -> Response {
    call.answer(&ISSUE, async |cx| {
        let service = cx.service()?;
        let text = cx.body.text("ticket")?.ok_or_else(|| PARAMETER_MISSING.with("ticket"))?;
        let subject = cx.body.text("subject")?.ok_or(SUBJECT_MISSING)?;
        let mut authorizer = authorizer::read(cx, subject).await?;
        let (ticket, client) = cx.backend.ticket(service, text).await?;
        if ticket.request.elsewhere.as_ref().is_some_and(|asked| asked.alias_used) {
            client_alias::note(&mut authorizer.details.other);
        }
        let to = ticket.request.return_to(&client);
        let context = cx.backend.ticket_context(&ticket).await?;
        match cx.backend.authorize(service, (&ticket, &client), &authorizer).await {
            Ok(answer) => {
                let response = AuthorizationResponse::granted(service, &to, &answer);
                let access = answer.access.as_ref();
                let more = members(json!({
                    "authorizationCode": answer.code.as_ref().map(|code| code.expose()),
                    "accessToken": access.map(|token| token.text.expose()),
                    "jwtAccessToken": access.and_then(|token| token.signed.as_ref()).map(|text| text.expose()),
                    "accessTokenExpiresAt": access.map(|token| moment(token.expires)),
                    "accessTokenDuration": access.map(|token| token.expires_in().unwrap_or(0)),
                    "ticketInfo": { "context": context },
                    "idToken": answer.id_token.as_ref().map(|token| token.expose()),
                }));
                Ok(acting(Code("A040001"), sent(&response)?, more))
            }
            Err(refusal) if refusal.is_fault() || is_about_ticket(&refusal) => Err(refusal),
            // The client has no part in the text that the caller chose.
            Err(refusal) if refusal.is_one_of(&[TOKEN_TEXT_TAKEN, INVALID]) => Err(refusal),
            Err(refusal) => {
                let response = AuthorizationResponse::refused(service, &to, (&refusal, client.profile));
                let sent = sent(&response)?;
                Ok(sent_error(refusal, Code("A040390"), sent))
            }
        }
    })
    .await
}
