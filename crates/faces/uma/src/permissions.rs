//! `/perm` and `/perm/bulk`: permission tickets.

use axum::response::Response;
use http::StatusCode;
use jeton_core::uma::ticket;
use jeton_wire::{Entity, json};
use serde_json::json as object;

use crate::body::PermissionsIn;
use crate::request::{UmaRequest, json as read_json};

const ENDPOINT: &str = "/perm";

/// A ticket for one permission or several, in either spelling, returned under both names.
pub(crate) async fn ask(call: UmaRequest, body: Entity) -> Response {
    call.answer(ENDPOINT, async |to| {
        let wanted = read_json::<PermissionsIn>(&body)?.read();
        let ticket = ticket::ask(to.oauth, to.service, to.by, wanted).await?;
        let text = ticket.expose();
        Ok(json(StatusCode::CREATED, &object!({ "ticket_id": text, "ticket": text })))
    })
    .await
}
