//! `POST /auth/authorization/ticket/update`: replaces what is kept with a ticket.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::refusals::PARAMETER_MISSING;
use serde_json::{Map, Value};

use super::ticket_info::REFUSALS;
use crate::answer::{Answer, Code, Operation};
use crate::call::{Call, Members};

const UPDATE: Operation = Operation::acting(
    "/auth/authorization/ticket/update",
    Right::UseService,
    "The ticket was updated.",
    Code("A041290"),
)
.refusing(REFUSALS)
.faulting("CALLER_ERROR");

/// Replaces the context.
pub(super) async fn update(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| {
        let text = cx.body.text("ticket")?.ok_or_else(|| PARAMETER_MISSING.with("ticket"))?;
        let context = context(&cx.body).ok_or_else(|| PARAMETER_MISSING.with("info"))?;
        let (ticket, _) = cx.backend.ticket(cx.service()?, text).await?;
        cx.backend.replace_ticket_context(&ticket, &context).await?;
        // SDKs disagree about the type of `info` here, so the answer has none.
        Ok(Answer::action(Code("A040001"), "OK", Map::new()))
    })
    .await
}

/// `info`: a text, a text with an object that has `context`, or such an object. SDKs differ.
fn context(body: &Members) -> Option<String> {
    let of = |members: &Map<String, Value>| members.get("context").and_then(Value::as_str).map(str::to_owned);
    match body.get("info")? {
        Value::Object(members) => of(members),
        Value::String(text) => {
            let members = serde_json::from_str::<Map<String, Value>>(text).ok();
            members.as_ref().and_then(of).or_else(|| Some(text.clone()))
        }
        _ => None,
    }
}
