//! Clients by their identifiers, and in short.

use std::sync::Arc;

use jeton_core::backend::clients::client_document;
pub(crate) use jeton_core::backend::clients::client_number as number;
use jeton_core::model::Client;
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

/// How a client authenticates, by the contract's name.
pub(crate) fn auth_method(client: &Client) -> Option<String> {
    let method = serde_json::to_value(client.token_endpoint_auth_method).ok()?;
    method.as_str().map(str::to_ascii_uppercase)
}
