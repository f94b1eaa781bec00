//! `/clients`: documents with RFC 7591 names. A secret is only in the answer that created it.

use axum::response::Response;
use jeton_core::administration::{WrittenClient, client_document, create_client, read_client, replace_client};
use jeton_core::model::Client;
use jeton_core::refusal::Refusal;
use jeton_core::store::Page;
use jeton_wire::{Entity, Path};
use serde_json::json;

use crate::answers::{Done, created, nothing, ok};
use crate::manager::Manager;
use crate::search::{Record, Search, every};

/// All clients, the first 1000 of them.
pub(crate) async fn list(manager: Manager) -> Response {
    manager.say(async { ok(&page(&manager, Page::first(1000)).await?.0) }.await)
}

/// One client.
pub(crate) async fn show(manager: Manager, Path(id): Path<String>) -> Response {
    let found = manager.oauth().administration.show_client(manager.service.id, &id).await;
    manager.say(found.and_then(|client| ok(&shown(&client))))
}

/// Creates a client. A missing `client_id` is generated, as is a missing secret if the client needs one.
pub(crate) async fn create(manager: Manager, body: Entity) -> Response {
    manager.say(write(&manager, &body, None, false).await)
}

/// Replaces the client that the document names.
pub(crate) async fn replace(manager: Manager, body: Entity) -> Response {
    manager.say(write(&manager, &body, None, true).await)
}

/// Replaces the client of this path.
pub(crate) async fn replace_one(manager: Manager, Path(id): Path<String>, body: Entity) -> Response {
    manager.say(write(&manager, &body, Some(&id), true).await)
}

/// Deletes a client; its tokens are invalid from then on.
pub(crate) async fn delete(manager: Manager, Path(id): Path<String>) -> Response {
    let deleted = manager.oauth().administration.delete_client(&manager.caller, manager.service.id, &id).await;
    manager.say(deleted.and_then(|()| nothing()))
}

/// Searches clients.
pub(crate) async fn search(manager: Manager, body: Entity) -> Response {
    let work = async {
        let filters = [("client_ids", "client_id"), ("client_names", "client_name")];
        let search = Search::read(manager.document(&body)?, &filters)?;
        search.of(every("clients", |at| page(&manager, at)).await?)
    };
    manager.say(work.await)
}

async fn write(manager: &Manager, body: &Entity, path: Option<&str>, replace: bool) -> Done {
    let administration = &manager.oauth().administration;
    let (caller, service) = (&manager.caller, manager.service.id);
    let mut document = manager.document(body)?;
    document.remove("update_datetime");
    document.remove("create_datetime");
    if replace {
        if let Some(id) = path {
            document.entry("client_id").or_insert_with(|| json!(id));
        }
        // Faults of the document are reported before it is found that there is no such client.
        let named = read_client(service, document.clone(), &administration.capabilities)?.client.client_id;
        let id = path.unwrap_or_else(|| named.as_str());
        ok(&written(&replace_client(administration, caller, service, id, document).await?))
    } else {
        if !document.contains_key("client_id") {
            document.insert("client_id".into(), json!(administration.new_client_id().await?));
        }
        created(&written(&create_client(administration, caller, service, document).await?))
    }
}

fn written(written: &WrittenClient) -> Record {
    dated(written.document(), &written.client)
}

fn shown(client: &Client) -> Record {
    dated(client_document(client), client)
}

fn dated(mut document: Record, client: &Client) -> Record {
    document.insert("create_datetime".into(), json!(client.created.seconds()));
    document.insert("update_datetime".into(), json!(client.updated.seconds()));
    document
}

async fn page(manager: &Manager, page: Page) -> Result<(Vec<Record>, Option<u64>), Refusal> {
    let listing = manager.oauth().administration.clients(manager.service.id, page).await?;
    let last = listing.items.last().map(|client| client.key.get());
    Ok((listing.items.iter().map(shown).collect(), last))
}
