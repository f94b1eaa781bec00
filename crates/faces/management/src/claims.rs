//! `/claims`: which claims people may have.

use axum::response::Response;
use jeton_core::administration::Members;
use jeton_core::refusal::invalid;
use jeton_core::refusals::NOT_FOUND;
use jeton_wire::{Entity, Path};
use serde_json::json;

use crate::answers::{created, nothing, ok};
use crate::manager::Manager;
use crate::search::{Record, Search};

/// All claims, including the standard ones.
pub(crate) async fn list(manager: Manager) -> Response {
    manager.say(ok(&all(&manager)))
}

/// One claim.
pub(crate) async fn show(manager: Manager, Path(code): Path<String>) -> Response {
    let is_known = manager.oauth().ledger.entities().catalog(manager.service.id).has_claim(&code);
    manager.say(if is_known { ok(&record(&code)) } else { Err(NOT_FOUND.with("claim")) })
}

/// Creates a claim.
pub(crate) async fn create(manager: Manager, body: Entity) -> Response {
    let work = async {
        let mut members = Members::new(manager.document(&body)?);
        let code: String = members.take("code")?.ok_or_else(|| invalid("code", "is missing"))?;
        members.finish(&["is_identifier", "create_datetime", "update_datetime"])?;
        manager.oauth().administration.put_claim(&manager.caller, manager.service.id, &code).await?;
        created(&record(&code))
    };
    manager.say(work.await)
}

/// Deletes a claim that is not a standard one. People who have it keep it, but it is never released.
pub(crate) async fn delete(manager: Manager, Path(code): Path<String>) -> Response {
    let deleted = manager.oauth().administration.delete_claim(&manager.caller, manager.service.id, &code).await;
    manager.say(deleted.and_then(|()| nothing()))
}

/// Searches claims.
pub(crate) async fn search(manager: Manager, body: Entity) -> Response {
    let work = || Search::read(manager.document(&body)?, &[("codes", "code")])?.of(all(&manager));
    manager.say(work())
}

fn all(manager: &Manager) -> Vec<Record> {
    manager.oauth().ledger.entities().catalog(manager.service.id).claims().map(record).collect()
}

/// `is_identifier`: whether it identifies the person permanently.
fn record(code: &str) -> Record {
    let mut record = Record::new();
    record.insert("code".into(), json!(code));
    record.insert("is_identifier".into(), json!(code == "sub"));
    record
}
