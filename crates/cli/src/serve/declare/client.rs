//! `[[client]]` as the ledger's client: through the same document that the admin API reads.

use std::collections::BTreeSet;

use jeton_core::Refusal;
use jeton_core::administration::{NewClient, read_client};
use jeton_core::grants::capabilities;
use jeton_server::config::{Client, Config};
use serde_json::json;

use super::DEFAULT_SERVICE;

/// The client, and the members that the file sets.
pub(super) fn read(config: &Config, client: &Client) -> Result<(NewClient, BTreeSet<String>), Refusal> {
    let mut document = client.document();
    document.entry("profile").or_insert_with(|| json!(config.tokens.profile));
    let says = document.keys().cloned().collect();
    Ok((read_client(DEFAULT_SERVICE, document, &capabilities())?, says))
}
