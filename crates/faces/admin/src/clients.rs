//! `/admin/v1/clients`: documents with RFC 7591 names.

use jeton_core::administration::{WrittenClient, client_document, create_client, replace_client};
use jeton_core::model::Client;
use jeton_wire::Path;
use serde_json::json;

use crate::wire::{AdminRequest, Document, HandlerResult, Query, created, next, nothing, ok};

/// Registers a client; a generated secret is only in this answer.
pub(crate) async fn create(call: AdminRequest, Document(document): Document) -> HandlerResult {
    created(create_client(&call.administration, &call.caller, call.service.id, document).await?.document())
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
    Document(document): Document,
) -> HandlerResult {
    ok(replace_client(&call.administration, &call.caller, call.service.id, &client_id, document).await?.document())
}

/// Deletes a client; its tokens are invalid from then on.
pub(crate) async fn delete(call: AdminRequest, Path(client_id): Path<String>) -> HandlerResult {
    call.administration.delete_client(&call.caller, call.service.id, &client_id).await?;
    nothing()
}

/// Gives a client a new secret, which is only in this answer.
pub(crate) async fn rotate_secret(call: AdminRequest, Path(client_id): Path<String>) -> HandlerResult {
    let (client, made) = call.administration.renew_secret(&call.caller, call.service.id, &client_id).await?;
    ok(WrittenClient { client, made: Some(made) }.document())
}
