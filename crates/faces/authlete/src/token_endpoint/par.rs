//! `POST /pushed_auth_req`: RFC 9126.

use axum::response::Response;
use jeton_core::authorization::{self, SignsIn};
use jeton_core::backend::access::Right;
use jeton_core::refusals::{BODY_MISSING, REQUEST_TOO_LARGE};
use jeton_wire::oauth::code_of;
use serde_json::json;

use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;
use crate::runtime::client_request::{form, presented, proven};
use crate::runtime::refused::error_body;
use crate::shapes::client;

/// The members that are read.
pub(super) const MEMBERS: &[&str] =
    &["parameters", "clientId", "clientSecret", "clientCertificate", "clientCertificatePath", "dpop", "htm", "htu"];

const PUSH: Operation =
    Operation::acting("/pushed_auth_req", Right::UseService, "The request was taken in.", Code("A245202"));

/// Takes in a request.
pub(super) async fn push(call: Call) -> Response {
    call.answer(&PUSH, async |cx| {
        let service = cx.service()?;
        let proven = proven(cx, service, "pushedAuthReqEndpoint")?;
        let pushed = match form(&cx.body)?.and_then(|params| Ok((params, proven?))) {
            Err(refusal) => Err(refusal.into()),
            Ok((params, key)) => {
                let presented = presented(cx, service, &params, "/par")?;
                authorization::push(&cx.backend.oauth, service, &presented, &params, SignsIn::Elsewhere, key).await
            }
        };
        match pushed {
            Ok(pushed) => {
                let content = json!({ "request_uri": pushed.request_uri, "expires_in": pushed.expires_in }).to_string();
                let answer = members(json!({
                    "requestUri": pushed.request_uri,
                    "clientAuthMethod": client::auth_method(&pushed.client),
                    "responseContent": content,
                }));
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
                let code = if refusal.refusal.is(&BODY_MISSING) { Code("A245201") } else { Code("A245301") };
                Ok(Answer::because(refusal.refusal, code, action, answer))
            }
        }
    })
    .await
}
