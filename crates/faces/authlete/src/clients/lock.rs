//! `POST /client/lock_flag/update/{id}`.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::refusals::PARAMETER_MISSING;
use serde_json::Map;

use super::refused;
use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const LOCK: Operation = Operation::answering(
    "/client/lock_flag/update",
    Some(Right::ModifyClient),
    "The lock of the client was changed.",
    Code("A293201"),
)
.refusing(refused::CLIENT);

/// Locks or unlocks a client.
pub(super) async fn update(call: Call) -> Response {
    call.answer(&LOCK, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        if cx.body.get("clientLocked").is_none() {
            return Err(PARAMETER_MISSING.with("clientLocked"));
        }
        cx.backend.lock_client(&cx.caller, &client, cx.body.flag("clientLocked")?).await?;
        Ok(Answer::Result(Code("A293001"), Map::new()))
    })
    .await
}
