//! `/clients`: documents with RFC 7591 names. A secret is only in the answer that created it.

use axum::response::Response;
use jeton_core::administration::{NewClient, client_document, read_client};
use jeton_core::model::Client;
use jeton_core::refusal::Refusal;
use jeton_core::refusal::invalid;
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
    let (oauth, service) = (manager.oauth(), manager.service.id);
    let mut document = manager.document(body)?;
    document.remove("update_datetime");
    document.remove("create_datetime");
    match path {
        Some(id) if *document.entry("client_id").or_insert_with(|| json!(id)) != json!(id) => {
            return Err(invalid("client_id", "is not the client of this path; a client keeps its name"));
        }
        None if !replace && !document.contains_key("client_id") => {
            document.insert("client_id".into(), json!(oauth.administration.new_client_id().await?));
        }
        _ => {}
    }
    let silent = document.get("enabled").is_none_or(serde_json::Value::is_null);
    let mut new: NewClient = read_client(service, document, &manager.oauth().administration.capabilities)?;
    let known = match replace {
        true => Some(oauth.administration.show_client(service, new.client.client_id.as_str()).await?),
        false => None,
    };
    if let Some(known) = known.as_ref().filter(|_| silent) {
        new.client.enabled = known.enabled;
    }
    let has_secret = new.secret.is_some() || known.is_some_and(|client| client.secret.is_some());
    let made = if has_secret { None } else { oauth.administration.secret_for(&new.client).await? };
    if let Some(secret) = &made {
        new.secret = Some(secret.clone());
    }
    let client = oauth.administration.put_client(&manager.caller, new, replace).await?;
    let mut shown = shown(&client);
    if let Some(secret) = made {
        shown.insert("client_secret".into(), secret.expose().into());
    }
    if replace { ok(&shown) } else { created(&shown) }
}

fn shown(client: &Client) -> Record {
    let mut document = client_document(client);
    document.insert("create_datetime".into(), json!(client.created.seconds()));
    document.insert("update_datetime".into(), json!(client.updated.seconds()));
    document
}

async fn page(manager: &Manager, page: Page) -> Result<(Vec<Record>, Option<u64>), Refusal> {
    let listing = manager.oauth().administration.clients(manager.service.id, page).await?;
    let last = listing.items.last().map(|client| client.key.get());
    Ok((listing.items.iter().map(shown).collect(), last))
}
