//! The claim of an alias: two clients that take one alias at once write the same entry, and the store lets one of them.
//!
//! An entry's name has the alias and the client that had it before. So who takes over the alias of a client that is gone needs not
//! remove an entry that somebody else may have written meanwhile.

use std::time::Duration;

use jeton_jose::digest;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Client, DeclaredSingleUse, Document, SingleUse, SingleUseKey};
use jeton_model::store::Write;
use serde_json::{Value, json};

/// The claim of an alias.
pub(crate) const CLIENT_ALIAS: DeclaredSingleUse = DeclaredSingleUse::new(46, "client_alias");

/// A claim lasts as long as its client.
const LONGEST: Duration = Duration::from_hours(1_000 * 365 * 24);

/// The body of the document that leads to a client. `before`: the client that had the alias before; 0: none.
pub(super) fn body(client: &Client, before: u64) -> Value {
    json!({ "client": client.key.get(), "before": before })
}

/// The number of the client that a document leads to.
pub(super) fn holder(document: &Document) -> u64 {
    document.body.get("client").and_then(Value::as_u64).unwrap_or_default()
}

/// What claims an alias for a client; it fails where another took it since.
pub(super) fn claimed(client: &Client, alias: &str, before: u64, now: Timestamp) -> Write {
    Write::SingleUse(Box::new(SingleUse {
        kind: CLIENT_ALIAS.kind,
        key: key_of(client, alias, before),
        service: client.service,
        grant: None,
        expires: now + LONGEST,
        used: Some(now),
        payload: client.key.get().to_be_bytes().to_vec(),
    }))
}

/// What removes the claim behind a document.
pub(super) fn released(client: &Client, document: &Document) -> Write {
    let before = document.body.get("before").and_then(Value::as_u64).unwrap_or_default();
    Write::DropSingleUse { kind: CLIENT_ALIAS.kind, key: key_of(client, &document.name, before) }
}

fn key_of(client: &Client, alias: &str, before: u64) -> SingleUseKey {
    SingleUseKey(digest::sha256(format!("client alias {} {before} {alias}", client.service).as_bytes()))
}
