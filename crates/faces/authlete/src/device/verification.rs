//! `POST /device/verification`: looks up the code that a person typed. No action for a fault of ours is known to all SDKs, so
//! that is an HTTP error (`docs/contracts/authlete.md` section 8). The authorization server limits guesses.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::device::{self, UserCode};
use jeton_core::refusals::{PARAMETER_MISSING, USER_CODE_EXPIRED, USER_CODE_INVALID};
use serde_json::{Map, json};

use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;
use crate::shapes::{client, scope};

const VERIFICATION: Operation =
    Operation::answering("/device/verification", Some(Right::UseService), "The user code is valid.", Code("A224201"));

/// Looks up a code.
pub(super) async fn verification(call: Call) -> Response {
    call.answer(&VERIFICATION, async |cx| {
        let service = cx.service()?;
        let typed = cx.body.text("userCode")?.ok_or_else(|| PARAMETER_MISSING.with("userCode"))?;
        Ok(match device::look_up(&cx.backend.oauth, service, typed).await? {
            UserCode::Open(question, until) => {
                let answer = members(json!({
                    "clientId": client::number(&question.client),
                    "clientIdAliasUsed": false,
                    "clientName": question.client.metadata.client_name,
                    "scopes": scope::described(service, &question.scope),
                    "expiresAt": until.millis(),
                }));
                Answer::action(Code("A224001"), "VALID", answer)
            }
            UserCode::Expired => Answer::because(USER_CODE_EXPIRED, Code("A224301"), "EXPIRED", Map::new()),
            UserCode::Unknown => Answer::because(USER_CODE_INVALID, Code("A224302"), "NOT_EXIST", Map::new()),
        })
    })
    .await
}
