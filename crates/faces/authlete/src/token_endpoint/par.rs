//! `POST /pushed_auth_req`: RFC 9126.

use axum::response::Response;
use jeton_core::authorization::SignsIn;
use jeton_core::backend::access::Right;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{PARAMETER_MISSING, REQUEST_TOO_LARGE};
use jeton_wire::oauth::code_of;
use serde_json::json;

use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::Call;
use crate::runtime::client_request::{parameters, presented};
use crate::runtime::refused::error_body;

/// The refusals of the call itself that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[(PARAMETER_MISSING, Code("A245201"), Outcome::Action("BAD_REQUEST"))];

const PUSH: Operation =
    Operation::acting("/pushed_auth_req", Right::UseService, "The request was taken in.", Code("A245202"))
        .refusing(REFUSALS);

/// Takes in a request.
pub(super) async fn push(call: Call) -> Response {
    call.answer(&PUSH, async |cx| {
        let service = cx.service()?;
        let params = parameters(&cx.body)?;
        let presented = presented(cx.service()?.id, &cx.body, &params, "/par")?;
        let pushed = match params.once() {
            Err(refusal) => Err(refusal.into()),
            Ok(()) => {
                jeton_core::authorization::push(&cx.backend.oauth, service, &presented, &params, SignsIn::Elsewhere)
                    .await
            }
        };
        match pushed {
            Ok(pushed) => {
                let content = json!({ "request_uri": pushed.request_uri, "expires_in": pushed.expires_in }).to_string();
                let answer = members(json!({ "requestUri": pushed.request_uri, "responseContent": content }));
                Ok(Answer::action(Code("A245001"), "CREATED", answer))
            }
            Err(refusal) if refusal.refusal.is_fault() => Err(refusal.refusal),
            Err(refusal) => {
                let action = if refusal.refusal.is(&REQUEST_TOO_LARGE) {
                    "PAYLOAD_TOO_LARGE"
                } else if code_of(&refusal.refusal, refusal.profile) == "invalid_client" {
                    "UNAUTHORIZED"
                } else {
                    "BAD_REQUEST"
                };
                let answer = members(json!({ "responseContent": error_body(&refusal) }));
                Ok(Answer::because(refusal.refusal, Code("A245301"), action, answer))
            }
        }
    })
    .await
}
