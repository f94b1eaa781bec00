//! `POST /auth/authorization`: checks a request, and says what the authorization server must do.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_wire::oauth::AuthorizationResponse;

use super::shown::shown;
use super::{sent, sent_error, shown_error};
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
            Err(refusal) => return Ok(shown_error(refusal, Code("A004201"))),
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
            None => Ok(shown_error(error.refusal, Code("A010301"))),
            Some(to) => {
                let response = AuthorizationResponse::refused(service, to, (&error.refusal, error.profile));
                let sent = sent(&response)?;
                Ok(sent_error(error.refusal, Code("A009301"), sent))
            }
        }
    })
    .await
}
