//! How many clients of open registration there may be.
//!
//! Each leaves a document of its own, named by the client and owned by the address that made it. It stays until the
//! client's time is over, also when the client is deleted before: making and deleting in turn gains nobody anything.

use serde_json::json;

use crate::Ledger;
use crate::clock::Timestamp;
use crate::ids::DocumentId;
use crate::model::{Client, Document, DocumentKind, Service};
use crate::refusal::Refusal;
use crate::store::{Page, Write};

/// Says whether one more may be made from an address. The caller holds the turn.
pub(super) async fn check(ledger: &Ledger, service: &Service, address: &str) -> Result<(), Refusal> {
    let policy = &service.settings.registration;
    let count = async |owner| {
        let listing = ledger.store().documents(service.id, DocumentKind::AnonymousClient, owner, Page::first(0));
        listing.await.map(|listing| listing.total)
    };
    let is_full = count(Some(address)).await? >= u64::from(policy.quota_per_address)
        || count(None).await? >= u64::from(policy.quota);
    if is_full { Err(Refusal::RegistrationLimit) } else { Ok(()) }
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
        kind: DocumentKind::AnonymousClient,
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
