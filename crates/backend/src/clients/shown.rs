//! A client as its callers see it.

use std::time::Duration;

use jeton_model::records::Client;
use serde_json::{Map, Value, json};

use super::form::is_nothing;
use super::members::MEMBERS;

/// The client's number: its client id where that is a number, as for all clients made here, else the ledger's.
#[must_use]
pub fn client_number(client: &Client) -> u64 {
    client.client_id.as_str().parse().unwrap_or_else(|_| client.key.get())
}

/// The document of a client: what was written, as it was written, except where the record says something else by now. It never
/// contains the secret.
#[must_use]
pub fn client_document(client: &Client) -> Map<String, Value> {
    let own = client.backend.as_deref();
    let mut document = own.map(|own| own.document.clone()).unwrap_or_default();
    let record = jeton_administration::client_document(client);
    for member in MEMBERS {
        let counts = record.get(member.metadata).filter(|value| !is_nothing(value));
        let written = document.get(member.name).and_then(|value| member.form.metadata(value).ok().flatten());
        if counts == written.as_ref() {
            continue;
        }
        match counts.and_then(|value| member.form.constant(value)) {
            Some(value) => document.insert(member.name.to_owned(), value),
            None => document.remove(member.name),
        };
    }
    let kind = if client.is_public() { "PUBLIC" } else { "CONFIDENTIAL" };
    let keeps_method = client.is_public() && document.get("clientType") == Some(&json!("PUBLIC"));
    if !keeps_method || !document.contains_key("tokenAuthMethod") {
        let method = record.get("token_endpoint_auth_method").and_then(Value::as_str).unwrap_or_default();
        document.insert("tokenAuthMethod".to_owned(), method.to_ascii_uppercase().into());
    }
    for (name, counts) in [
        ("dpopRequired", client.metadata.dpop_bound_access_tokens == Some(true)),
        ("pkceRequired", client.require_pkce && client.allow_plain_pkce),
        ("pkceS256Required", client.require_pkce && !client.allow_plain_pkce),
    ] {
        if counts {
            document.entry(name).or_insert(json!(true));
        }
    }
    extension(client, &mut document);
    for (name, value) in [
        ("number", json!(client.key.get())),
        ("clientId", json!(client_number(client))),
        ("clientType", json!(kind)),
        ("locked", json!(!client.enabled)),
        ("dynamicallyRegistered", json!(client.self_registered)),
        ("createdAt", json!(client.created.millis())),
        ("modifiedAt", json!(client.updated.millis())),
    ] {
        document.insert(name.to_owned(), value);
    }
    document
}

/// The durations and the requestable scopes of a client.
fn extension(client: &Client, document: &mut Map<String, Value>) {
    let mut extension = match document.remove("extension") {
        Some(Value::Object(extension)) => extension,
        _ => Map::new(),
    };
    for (name, life) in [
        ("accessTokenDuration", client.access_token_lifetime),
        ("refreshTokenDuration", client.refresh_token_lifetime),
        ("idTokenDuration", client.id_token_lifetime),
    ] {
        let seconds = life.map_or(0, |life: Duration| life.as_secs());
        let written = extension.get(name).and_then(Value::as_u64).unwrap_or(0);
        if written != seconds {
            extension.insert(name.to_owned(), json!(seconds));
        }
    }
    if let Some(scopes) = client.backend.as_ref().and_then(|own| own.requestable_scopes.as_ref()) {
        extension.insert("requestableScopesEnabled".to_owned(), json!(true));
        extension.insert("requestableScopes".to_owned(), json!(scopes));
    }
    if !extension.is_empty() {
        document.insert("extension".to_owned(), extension.into());
    }
}
