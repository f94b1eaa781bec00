//! `POST /auth/authorization`: checks a request, and says what the authorization server must do.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    CLIENT_PUBLIC, CLIENT_UNKNOWN, PARAMETER_MISSING, PUSHED_REQUEST_REQUIRED, RECORD_CLIENT_LOCKED,
    REDIRECT_URI_MALFORMED, REDIRECT_URI_UNREGISTERED, REQUEST_OBJECT_INVALID, REQUEST_OBJECT_REQUIRED,
    REQUEST_URI_INVALID,
};
use jeton_wire::oauth::AuthorizationResponse;

use super::shown::shown;
use super::{error_content, sent, sent_error, shown_error};
use crate::answer::{Answer, Code, Operation};
use crate::call::Call;
use crate::runtime::client_request::query;

const BEGIN: Operation = Operation::acting(
    "/auth/authorization",
    Right::UseService,
    "A ticket was issued for the authorization request.",
    Code("A004202"),
);

/// Checks a request.
pub(super) async fn begin(call: Call) -> Response {
    call.answer(&BEGIN, async |cx| {
        let service = cx.service()?;
        let params = match query(&cx.body)? {
            Ok(params) => params,
            Err(refusal) => return Ok(shown_error(error_content(&refusal), refusal, Code("A004201"))),
        };
        let context = cx.body.text("context")?.map(str::to_owned);
        let error = match cx.backend.begin_authorization(service, &params, context).await {
            Ok(begun) => {
                let action = if begun.request.prompt.none { "NO_INTERACTION" } else { "INTERACTION" };
                return Ok(Answer::action(Code("A004001"), action, shown(cx, service, &begun)));
            }
            Err(error) => error,
        };
        if error.refusal.is_fault() {
            return Err(error.refusal);
        }
        match &error.return_to {
            None => {
                let content = error_content(&error.refusal);
                let said = cx.backend.client_at_fault(service, params.get("client_id"), error.refusal).await?;
                let code = code(&said);
                Ok(shown_error(content, said, code))
            }
            Some(to) => {
                let response = AuthorizationResponse::refused(service, to, (&error.refusal, error.profile));
                let sent = sent(&response)?;
                let code = code(&error.refusal);
                Ok(sent_error(error.refusal, code, sent))
            }
        }
    })
    .await
}

/// The code of what is wrong with the client's request.
fn code(refusal: &Refusal) -> Code {
    let is_missing = |name: &str| refusal.is(&PARAMETER_MISSING) && refusal.word() == name;
    if refusal.is_one_of(&[CLIENT_UNKNOWN, CLIENT_PUBLIC, RECORD_CLIENT_LOCKED]) || is_missing("client_id") {
        Code("A010301")
    } else if refusal.is_one_of(&[REDIRECT_URI_UNREGISTERED, REDIRECT_URI_MALFORMED]) || is_missing("redirect_uri") {
        Code("A011301")
    } else if refusal.is_one_of(&[
        REQUEST_OBJECT_INVALID,
        REQUEST_OBJECT_REQUIRED,
        REQUEST_URI_INVALID,
        PUSHED_REQUEST_REQUIRED,
    ]) {
        Code("A008301")
    } else {
        Code("A009301")
    }
}
