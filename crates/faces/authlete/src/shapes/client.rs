//! Clients by their identifiers, and in short.

use std::sync::Arc;

use jeton_core::backend::clients::client_document;
pub(crate) use jeton_core::backend::clients::client_number as number;
use jeton_core::backend::records::Named;
use jeton_core::model::Client;
use serde::Serialize;
use serde_json::{Map, Value};

/// The members of a client in a list of tokens (`docs/contracts/authlete.md` section 2.2).
const IN_SHORT: [&str; 9] = [
    "number",
    "clientId",
    "clientName",
    "clientNames",
    "description",
    "descriptions",
    "clientIdAlias",
    "clientIdAliasEnabled",
    "clientType",
];

/// A client with those members.
pub(crate) fn in_short(client: &Arc<Client>) -> Map<String, Value> {
    let mut document = client_document(client);
    document.retain(|name, _| IN_SHORT.contains(&name.as_str()));
    document
}

/// How the request of a record named its client.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown<'a> {
    client_id_alias_used: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id_alias: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    client_entity_id_used: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    metadata_document_used: bool,
}

/// How a request named this client, in an answer. Without an alias it was not used.
pub(crate) fn named(client: Option<&Client>, named: Named) -> Shown<'_> {
    let alias = client.and_then(|client| client.backend.as_ref()?.alias.as_deref());
    Shown {
        client_id_alias_used: named.by_alias && alias.is_some(),
        client_id_alias: alias,
        client_entity_id_used: named.by_entity_id,
        metadata_document_used: named.by_metadata_document,
    }
}

/// How a client authenticates, by the contract's name.
pub(crate) fn auth_method(client: &Client) -> Option<String> {
    let method = serde_json::to_value(client.token_endpoint_auth_method).ok()?;
    method.as_str().map(str::to_ascii_uppercase)
}
