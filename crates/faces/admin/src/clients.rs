//! `/admin/v1/clients`: documents with RFC 7591 names.

use jeton_core::administration::{NewClient, client_document, keep_enabled, read_client};
use jeton_core::model::Client;
use jeton_core::refusal::invalid;
use jeton_core::{Refusal, Secret};
use jeton_wire::Path;
use serde_json::{Map, Value, json};

use crate::wire::{AdminRequest, Document, HandlerResult, Query, created, next, nothing, ok};

/// Registers a client; a generated secret is only in this answer.
pub(crate) async fn create(call: AdminRequest, Document(document): Document) -> HandlerResult {
    let new = read_client(call.service.id, document, &call.administration.capabilities)?;
    let (new, made) = with_secret(&call, new, false).await?;
    let client = call.administration.put_client(&call.caller, new, false).await?;
    created(with(client_document(&client), made.as_ref()))
}

/// A page of clients.
pub(crate) async fn list(call: AdminRequest, mut query: Query) -> HandlerResult {
    let page = query.page()?;
    query.finish()?;
    let listing = call.administration.clients(call.service.id, page).await?;
    let next = next(page, listing.items.len(), listing.items.last().map(|client| client.key.get()));
    let items: Vec<_> = listing.items.iter().map(client_document).collect();
    ok(json!({ "items": items, "total": listing.total, "next": next }))
}

/// One client, and whether it is active.
pub(crate) async fn show(call: AdminRequest, Path(client_id): Path<String>) -> HandlerResult {
    shown(&call, &call.administration.show_client(call.service.id, &client_id).await?).await
}

/// Takes a client over from the person who registered it.
pub(crate) async fn adopt(call: AdminRequest, Path(client_id): Path<String>) -> HandlerResult {
    shown(&call, &*call.administration.adopt_client(&call.caller, call.service.id, &client_id).await?).await
}

async fn shown(call: &AdminRequest, client: &Client) -> HandlerResult {
    let mut document = client_document(client);
    document.insert("active".into(), call.administration.ledger.entities().is_active(client).await?.into());
    if client.adopted {
        document.insert("adopted".into(), true.into());
    }
    ok(document)
}

/// Replaces a client; without `client_secret` it keeps its secret, and without `enabled` it stays enabled or disabled.
pub(crate) async fn put(
    call: AdminRequest,
    Path(client_id): Path<String>,
    Document(mut document): Document,
) -> HandlerResult {
    let old = call.administration.show_client(call.service.id, &client_id).await?;
    let named = document.entry("client_id").or_insert_with(|| client_id.clone().into());
    if *named != client_id {
        return Err(invalid("client_id", "is not the client of this path; a client keeps its name").into());
    }
    keep_enabled(&mut document, old.enabled);
    let new = read_client(call.service.id, document, &call.administration.capabilities)?;
    let (new, made) = with_secret(&call, new, old.secret.is_some()).await?;
    let client = call.administration.put_client(&call.caller, new, true).await?;
    ok(with(client_document(&client), made.as_ref()))
}

/// Deletes a client; its tokens are invalid from then on.
pub(crate) async fn delete(call: AdminRequest, Path(client_id): Path<String>) -> HandlerResult {
    call.administration.delete_client(&call.caller, call.service.id, &client_id).await?;
    nothing()
}

/// Gives a client a new secret, which is only in this answer.
pub(crate) async fn rotate_secret(call: AdminRequest, Path(client_id): Path<String>) -> HandlerResult {
    let (client, made) = call.administration.renew_secret(&call.caller, call.service.id, &client_id).await?;
    ok(with(client_document(&client), Some(&made)))
}

/// Generates a secret for a client that authenticates with one and has none.
async fn with_secret(
    call: &AdminRequest,
    mut new: NewClient,
    has_one: bool,
) -> Result<(NewClient, Option<Secret>), Refusal> {
    if has_one || new.secret.is_some() || !new.client.has_secret_method() {
        return Ok((new, None));
    }
    let made = call.administration.new_secret().await?;
    new.secret = Some(made.clone());
    Ok((new, Some(made)))
}

fn with(mut document: Map<String, Value>, made: Option<&Secret>) -> Map<String, Value> {
    if let Some(secret) = made {
        document.insert("client_secret".into(), secret.expose().into());
    }
    document
}
