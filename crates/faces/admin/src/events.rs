//! `/admin/v1/events`: the audit trail, newest first. Times in seconds since 1970.

use jeton_core::model::Event;
use serde_json::{Value, json};

use crate::wire::{AdminRequest, HandlerResult, Query, ok};

/// The latest events of a service.
pub(crate) async fn list(call: AdminRequest, mut query: Query) -> HandlerResult {
    let limit = query.value("limit")?.unwrap_or(100);
    query.finish()?;
    let events = call.administration.ledger.events(Some(call.service.id), limit).await?;
    let items: Vec<_> = events.iter().map(view).collect();
    ok(json!({ "total": items.len(), "items": items }))
}

fn view(event: &Event) -> Value {
    json!({
        "at": event.at.seconds(),
        "kind": event.kind,
        "actor": event.actor,
        "token": event.token,
        "grant": event.grant,
        "client": event.client,
        "user": event.user,
        "detail": event.detail,
    })
}
