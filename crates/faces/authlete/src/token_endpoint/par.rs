//! `POST /pushed_auth_req`: RFC 9126.

use axum::response::Response;
use jeton_core::authorization::{self, SignsIn};
use jeton_core::backend::access::Right;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, REQUEST_TOO_LARGE};
use serde_json::json;

use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;
use crate::runtime::client_request::{form, presented, proven};
use crate::runtime::refused::{self, error_body};
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
        let mut named = None;
        let pushed = match form(&cx.body)?.and_then(|params| Ok((params, proven?))) {
            Err(refusal) => Err(refusal.into()),
            Ok((params, key)) => {
                let presented = presented(cx, service, &params, "/par")?;
                named = presented.claimed().map(str::to_owned);
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
            Err(refused) if refused.refusal.is(&REQUEST_TOO_LARGE) => {
                let answer = members(json!({ "responseContent": error_body(&refused) }));
                Ok(Answer::because(refused.refusal, Code("A245301"), "PAYLOAD_TOO_LARGE", answer))
            }
            Err(refused) => {
                let code = |refusal: &Refusal| {
                    if refusal.is(&BODY_MISSING) { Code("A245201") } else { Code("A245301") }
                };
                refused::of_client(cx, named.as_deref(), refused, "UNAUTHORIZED", code).await
            }
        }
    })
    .await
}
