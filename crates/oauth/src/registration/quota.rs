//! The quota of clients of open registration.
//!
//! Each client has a document, named by the client and owned by the address that registered it. It stays until the
//! client's time is over, even if the client is deleted earlier: registering and deleting in turn gains nothing.
//!
//! When the quota is full, the oldest client that was never used and has no consent is displaced, once
//! [`UNTOUCHED`] has passed since its registration: otherwise a few networks could block registration for a day. An address
//! displaces per day at most as many as its own quota.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::rate_limits::limit;
use crate::OAuth;
use jeton_ledger::Ledger;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::DocumentId;
use jeton_model::records::{Client, Document, DocumentKind, Service};
use jeton_model::store::{Page, Write};

const KIND: DocumentKind = DocumentKind::AnonymousClient;
/// How many are read at once.
const PAGE: u32 = 500;
/// Within what time an expired client is removed.
const REMOVED: Duration = Duration::from_secs(60);

/// How long a client is kept in any case, so that a person can sign in.
const UNTOUCHED: Duration = Duration::from_secs(600);
/// How many clients one request displaces at most, including those that are already gone.
const TRIES: usize = 8;

/// Checks that one more may be registered from an address, and makes room for it. The caller holds the turn.
pub(super) async fn check(oauth: &OAuth, service: &Service, address: &Arc<str>) -> Result<(), Refusal> {
    let policy = &service.settings.registration;
    if count(oauth, service, Some(&**address)).await? >= u64::from(policy.quota_per_address) {
        return Err(limit(room_in(oauth, service, Some(&**address)).await?));
    }
    for _ in 0..TRIES {
        if count(oauth, service, None).await? < u64::from(policy.quota) {
            return Ok(());
        }
        let Some(oldest) = oldest_unused(oauth, service).await? else {
            return Err(limit(room_in(oauth, service, None).await?));
        };
        let wait = (oldest.updated + UNTOUCHED).since(oauth.ledger.now());
        if !wait.is_zero() {
            return Err(limit(wait));
        }
        oauth.registrations.rate_limits.take_displaced(address, policy.quota_per_address, oauth.ledger.now())?;
        oauth.end_unused(service, &oldest).await?;
    }
    Err(limit(REMOVED))
}

async fn count(oauth: &OAuth, service: &Service, owner: Option<&str>) -> Result<u64, Refusal> {
    Ok(oauth.ledger.store().documents(service.id, KIND, owner, Page::first(0)).await?.total)
}

/// The oldest client that was never used. Documents that were rewritten sort after those that were not.
async fn oldest_unused(oauth: &OAuth, service: &Service) -> Result<Option<Document>, Refusal> {
    let mut page = Page::first(PAGE);
    loop {
        let found = oauth.ledger.store().documents(service.id, KIND, None, page).await?.items;
        let last = found.last().filter(|_| found.len() == PAGE as usize).map(|last| last.id.get());
        if let Some(oldest) = found.into_iter().find(is_unused) {
            return Ok(Some(oldest));
        }
        match last {
            Some(last) => page.after = last,
            None => return Ok(None),
        }
    }
}

/// How long until there is room again: when the first of them has expired and was removed.
async fn room_in(oauth: &OAuth, service: &Service, owner: Option<&str>) -> Result<Duration, Refusal> {
    let mut first: Option<Timestamp> = None;
    let mut page = Page::first(PAGE);
    loop {
        let found = oauth.ledger.store().documents(service.id, KIND, owner, page).await?.items;
        first = found.iter().map(end_of).chain(first).min();
        match found.last() {
            Some(last) if found.len() == PAGE as usize => page.after = last.id.get(),
            _ => break,
        }
    }
    Ok(first.map_or(Duration::ZERO, |end| end.since(oauth.ledger.now())) + REMOVED)
}

/// The write of until when a client is kept, and whether it was used.
pub(super) async fn kept_until(
    ledger: &Ledger,
    client: &Client,
    address: &str,
    (until, used): (Timestamp, bool),
) -> Result<Write, Refusal> {
    Ok(Write::Document(Box::new(Document {
        id: DocumentId::new(ledger.new_number().await?),
        service: client.service,
        kind: KIND,
        owner: address.to_owned(),
        name: client.key.to_string(),
        updated: ledger.now(),
        body: json!({ "expires": until.millis(), "used": used }),
    })))
}

/// When a client is removed if nobody uses it from now on; none: it stays.
pub(super) async fn end_of_client(ledger: &Ledger, client: &Client) -> Result<Option<Timestamp>, Refusal> {
    let Some(address) = &client.registered_from else { return Ok(None) };
    let document = ledger.store().document(client.service, KIND, address, &client.key.to_string()).await?;
    Ok(document.as_ref().map(end_of))
}

/// Whether its client was never used; earlier versions did not record it.
fn is_unused(document: &Document) -> bool {
    document.body.get("used").and_then(serde_json::Value::as_bool) == Some(false)
}

/// Until when the document's client is kept.
pub(super) fn end_of(document: &Document) -> Timestamp {
    Timestamp::from_millis(document.body.get("expires").and_then(serde_json::Value::as_i64).unwrap_or_default())
}
