//! `/admin/v1/explain` and `/admin/v1/refusals`: why something was refused.

use axum::extract::Path;
use jeton_core::Refusal;
use serde_json::json;

use crate::wire::{Answer, Call, ok};

/// What a refusal's id means, or what is recorded under a reference.
pub(crate) async fn explain(call: Call, Path(code): Path<String>) -> Answer {
    if code.starts_with("rf_") {
        return recorded(call, Path(code)).await;
    }
    let advice = Refusal::advice(&code).ok_or(Refusal::NotFound("refusal id"))?;
    ok(json!({ "id": code, "advice": advice }))
}

/// A refusal that this process has sent.
pub(crate) async fn recorded(call: Call, Path(reference): Path<String>) -> Answer {
    let found = call.administration.ledger.refusals().find(&reference);
    let found =
        found.ok_or(Refusal::NotFound("refusal of this reference (the latest ones of this process are kept)"))?;
    ok(json!({
        "reference": found.reference,
        "at": found.at.seconds(),
        "id": found.id,
        "message": found.message,
        "advice": Refusal::advice(found.id),
        "cause": found.cause,
        "endpoint": found.endpoint,
        "client": found.client,
    }))
}
