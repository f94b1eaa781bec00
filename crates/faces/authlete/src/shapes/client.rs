//! Clients by their identifiers, and in short.

use std::sync::Arc;

use jeton_core::model::Client;
use serde_json::{Map, Value, json};

use crate::answer::members;

/// The client's number: its client id where that is a number, as for all clients made here, else the ledger's.
pub(crate) fn number(client: &Client) -> u64 {
    client.client_id.as_str().parse().unwrap_or_else(|_| client.key.get())
}

/// The members of a client in a list of tokens (`docs/contracts/authlete.md` section 2.2).
pub(crate) fn in_short(client: &Arc<Client>) -> Map<String, Value> {
    members(json!({
        "number": client.key.get(),
        "clientId": number(client),
        "clientName": client.metadata.client_name,
        "clientType": if client.is_public() { "PUBLIC" } else { "CONFIDENTIAL" },
    }))
}
