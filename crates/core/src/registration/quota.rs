//! How many clients of open registration there may be.
//!
//! Each leaves a document of its own, named by the client and owned by the address that made it. It stays until the
//! client's time is over, also when the client is deleted before: making and deleting in turn gains nobody anything.

use std::time::Duration;

use serde_json::json;

use super::pace::limit;
use crate::Ledger;
use crate::clock::Timestamp;
use crate::ids::DocumentId;
use crate::model::{Client, Document, DocumentKind, Service};
use crate::refusal::Refusal;
use crate::store::{Page, Write};

const KIND: DocumentKind = DocumentKind::AnonymousClient;
/// How many are looked at in one go.
const PAGE: u32 = 500;
/// Within what time a client that has ended is removed.
const REMOVED: Duration = Duration::from_secs(60);

/// Says whether one more may be made from an address. The caller holds the turn.
pub(super) async fn check(ledger: &Ledger, service: &Service, address: &str) -> Result<(), Refusal> {
    let policy = &service.settings.registration;
    for (owner, most) in [(Some(address), policy.quota_per_address), (None, policy.quota)] {
        let listing = ledger.store().documents(service.id, KIND, owner, Page::first(0)).await?;
        if listing.total >= u64::from(most) {
            return Err(limit(room_in(ledger, service, owner).await?));
        }
    }
    Ok(())
}

/// In how long there is room again: when the first of them has ended and was removed.
async fn room_in(ledger: &Ledger, service: &Service, owner: Option<&str>) -> Result<Duration, Refusal> {
    let mut first: Option<Timestamp> = None;
    let mut page = Page::first(PAGE);
    loop {
        let found = ledger.store().documents(service.id, KIND, owner, page).await?.items;
        first = found.iter().map(end_of).chain(first).min();
        match found.last() {
            Some(last) if found.len() == PAGE as usize => page.after = last.id.get(),
            _ => break,
        }
    }
    Ok(first.map_or(Duration::ZERO, |end| end.since(ledger.now())) + REMOVED)
}

/// Writes down until when a client is kept.
pub(super) async fn kept_until(
    ledger: &Ledger,
    client: &Client,
    address: &str,
    until: Timestamp,
) -> Result<Write, Refusal> {
    Ok(Write::Document(Box::new(Document {
        id: DocumentId::new(ledger.new_number().await?),
        service: client.service,
        kind: KIND,
        owner: address.to_owned(),
        name: client.key.to_string(),
        updated: ledger.now(),
        body: json!({ "expires": until.millis() }),
    })))
}

/// Until when a document says that its client is kept.
pub(super) fn end_of(document: &Document) -> Timestamp {
    Timestamp::from_millis(document.body.get("expires").and_then(serde_json::Value::as_i64).unwrap_or_default())
}
