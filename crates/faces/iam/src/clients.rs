//! Clients, as far as the token pages need them: a list, and operations on all tokens of a client
//! (`docs/contracts/indigo-iam.md` sections 5 and 6).

use axum::routing::{MethodRouter, patch};
use jeton_core::Refusal;
use jeton_core::administration::Requirement;
use jeton_core::model::Client;
use jeton_core::store::Page;
use jeton_core::tokens::TokenList;
use jeton_wire::Path;
use serde_json::{Map, Value, json};

use crate::IamState;
use crate::wire::{HandlerResult, IamRequest, Query, created, nothing, ok};

/// The largest page of clients.
const MOST: u32 = 100;

/// Revokes all tokens of a client that are in a list.
pub(crate) fn revoke(list: TokenList) -> MethodRouter<IamState> {
    patch(async move |call: IamRequest, Path(client_id): Path<String>| -> HandlerResult {
        let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
        call.oauth.administration.end_tokens_of_client(&caller, call.service.id, &client_id, list).await?;
        nothing()
    })
}

/// Enables or disables a client.
pub(crate) fn enable(enabled: bool) -> MethodRouter<IamState> {
    patch(async move |call: IamRequest, Path(client_id): Path<String>| -> HandlerResult {
        let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
        let client = call.oauth.administration.enable_client(&caller, call.service.id, &client_id, enabled).await?;
        ok(document(&call, &client).await?)
    })
}

/// Ends all tokens and grants of a client and gives it a new secret.
pub(crate) async fn reset(call: IamRequest, Path(client_id): Path<String>) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let (client, secret) = call.oauth.administration.reset_client(&caller, call.service.id, &client_id).await?;
    let mut body = document(&call, &client).await?;
    if let Some(secret) = secret {
        body.insert("client_secret".into(), secret.expose().into());
    }
    ok(body)
}

/// Gives a client a new secret, which is only in this answer.
pub(crate) async fn secret(call: IamRequest, Path(client_id): Path<String>) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let (client, secret) = call.oauth.administration.renew_secret(&caller, call.service.id, &client_id).await?;
    let mut body = document(&call, &client).await?;
    body.insert("client_secret".into(), secret.expose().into());
    created(body)
}

/// Gives a client a new registration access token, which is only in this answer.
pub(crate) async fn registration_token(call: IamRequest, Path(client_id): Path<String>) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let (client, _, text) =
        call.oauth.administration.renew_registration_token(&caller, &call.service, &client_id).await?;
    let mut body = document(&call, &client).await?;
    body.insert("registration_access_token".into(), text.expose().into());
    created(body)
}

/// A page of clients.
pub(crate) async fn list(call: IamRequest, query: Query) -> HandlerResult {
    call.authorization.admit(Requirement::IAM_READ).await?;
    let (skip, limit) = query.part(MOST)?;
    let page = Page { skip, ..Page::first(limit) };
    let listing = call.oauth.administration.clients(call.service.id, page).await?;
    let mut resources = Vec::with_capacity(listing.items.len());
    for client in &listing.items {
        resources.push(document(&call, client).await?);
    }
    ok(json!({
        "totalResults": listing.total,
        "itemsPerPage": resources.len(),
        "startIndex": skip + 1,
        "Resources": resources,
    }))
}

/// One client.
pub(crate) async fn show(call: IamRequest, Path(client_id): Path<String>) -> HandlerResult {
    call.authorization.admit(Requirement::IAM_READ).await?;
    let client = call.oauth.administration.show_client(call.service.id, &client_id).await?;
    ok(document(&call, &client).await?)
}

/// The members that the pages read, by their registration names; never a secret.
async fn document(call: &IamRequest, client: &Client) -> Result<Map<String, Value>, Refusal> {
    let active = call.oauth.ledger.entities().is_active(client).await?;
    let mut body = Map::new();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("client_id", json!(client.client_id));
    for name in ["client_name", "client_uri", "contacts"] {
        if let Some(value) = client.metadata.get(name) {
            set(name, value);
        }
    }
    set("scope", json!(client.scope));
    set("grant_types", json!(client.grant_types));
    set("redirect_uris", json!(client.redirect_uris));
    set("token_endpoint_auth_method", json!(client.token_endpoint_auth_method));
    set("dynamically_registered", json!(client.self_registered));
    set("active", json!(active));
    set("created_at", json!(client.created.millis()));
    Ok(body)
}
