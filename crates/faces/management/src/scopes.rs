//! `/scopes`: the description of a scope, who sees it, which claims it releases.

use axum::response::Response;
use jeton_core::administration::read_scope;
use jeton_core::catalog::ScopeRecord;
use jeton_core::refusal::Refusal;
use jeton_core::refusal::invalid;
use jeton_core::refusals::NOT_FOUND;
use jeton_wire::{Entity, Path};
use serde_json::json;

use crate::answers::{Done, created, nothing, ok};
use crate::manager::Manager;
use crate::search::{Record, Search};

/// All scopes, including the standard ones.
pub(crate) async fn list(manager: Manager) -> Response {
    let catalog = manager.oauth().ledger.entities().catalog(manager.service.id);
    manager.say(ok(&catalog.scopes().collect::<Vec<_>>()))
}

/// One scope.
pub(crate) async fn show(manager: Manager, Path(name): Path<String>) -> Response {
    manager.say(found(&manager, &name).and_then(|scope| ok(&scope)))
}

/// Creates a scope.
pub(crate) async fn create(manager: Manager, body: Entity) -> Response {
    manager.say(write(&manager, &body, None, false).await)
}

/// Replaces the scope that the document names.
pub(crate) async fn replace(manager: Manager, body: Entity) -> Response {
    manager.say(write(&manager, &body, None, true).await)
}

/// Replaces the scope of this path.
pub(crate) async fn replace_one(manager: Manager, Path(name): Path<String>, body: Entity) -> Response {
    manager.say(write(&manager, &body, Some(&name), true).await)
}

/// Deletes a scope; a changed standard one gets its defaults back.
pub(crate) async fn delete(manager: Manager, Path(name): Path<String>) -> Response {
    let deleted = manager.oauth().administration.delete_scope(&manager.caller, manager.service.id, &name).await;
    manager.say(deleted.and_then(|()| nothing()))
}

/// Searches scopes.
pub(crate) async fn search(manager: Manager, body: Entity) -> Response {
    let work = async {
        let search = Search::read(manager.document(&body)?, &[("names", "name"), ("types", "type")])?;
        let catalog = manager.oauth().ledger.entities().catalog(manager.service.id);
        let records = catalog.scopes().map(|scope| match serde_json::to_value(scope)? {
            serde_json::Value::Object(record) => Ok(record),
            _ => Ok(Record::new()),
        });
        search.of(records.collect::<Result<_, Refusal>>()?)
    };
    manager.say(work.await)
}

async fn write(manager: &Manager, body: &Entity, path: Option<&str>, replace: bool) -> Done {
    let mut document = manager.document(body)?;
    if let Some(name) = path
        && *document.entry("name").or_insert_with(|| json!(name)) != json!(name)
    {
        return Err(invalid("name", "is not the scope of this path; a scope keeps its name"));
    }
    let record = read_scope(document)?;
    let name = record.name.clone();
    manager.oauth().administration.put_scope(&manager.caller, manager.service.id, record, replace).await?;
    let written = found(manager, &name)?;
    if replace { ok(&written) } else { created(&written) }
}

fn found(manager: &Manager, name: &str) -> Result<ScopeRecord, Refusal> {
    let catalog = manager.oauth().ledger.entities().catalog(manager.service.id);
    catalog.scope(name).cloned().ok_or_else(|| NOT_FOUND.with("scope"))
}
