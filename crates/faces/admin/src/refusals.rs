//! `/admin/v1/explain` and `/admin/v1/refusals`: why a request was refused.

use jeton_core::refusals::{self, NOT_FOUND};
use jeton_wire::Path;
use serde_json::json;

use crate::wire::{AdminRequest, HandlerResult, ok};

/// Explains a refusal's id, or the refusal recorded under a reference.
pub(crate) async fn explain(call: AdminRequest, Path(code): Path<String>) -> HandlerResult {
    if code.starts_with("rf_") {
        return recorded(call, Path(code)).await;
    }
    let kind = refusals::find(&code).ok_or_else(|| NOT_FOUND.with("refusal id"))?;
    ok(json!({ "id": code, "advice": kind.advice }))
}

/// A refusal that this process sent.
pub(crate) async fn recorded(call: AdminRequest, Path(reference): Path<String>) -> HandlerResult {
    // The records do not say to which service they belong.
    call.for_all_services("refusal of this reference")?;
    let found = call.administration.ledger.refusals().find(&reference);
    let found =
        found.ok_or_else(|| NOT_FOUND.with("refusal of this reference (the latest ones of this process are kept)"))?;
    ok(json!({
        "reference": found.reference,
        "at": found.at.seconds(),
        "id": found.id,
        "message": found.message,
        "advice": refusals::find(found.id).map(|kind| kind.advice),
        "cause": found.cause,
        "endpoint": found.endpoint,
        "client": found.client,
    }))
}
