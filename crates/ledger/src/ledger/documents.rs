//! Reading and writing documents by kind, owner and number.

use serde::Serialize;

use super::Ledger;
use jeton_model::Refusal;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{Actor, Document, DocumentKind, Event, EventKind};
use jeton_model::refusals::RECORD_CHANGED;
use jeton_model::store::{Page, Write};

/// How many documents one read returns.
const STEP: u32 = 1_000;

/// The documents of one kind, of one owner or of all, by number; at most `most`.
///
/// # Errors
/// When the store fails.
pub async fn all(
    ledger: &Ledger,
    service: ServiceId,
    kind: DocumentKind,
    owner: Option<&str>,
    most: usize,
) -> Result<Vec<Document>, Refusal> {
    let mut found = Vec::new();
    let mut page = Page::first(STEP);
    while found.len() < most {
        let items = ledger.store().documents(service, kind, owner, page).await?.items;
        let Some(last) = items.last().map(|d| d.id.get()) else { break };
        let is_last = items.len() < STEP as usize;
        found.extend(items);
        if is_last {
            break;
        }
        page.after = last;
    }
    found.truncate(most);
    Ok(found)
}

/// How many documents of one kind an owner has.
///
/// # Errors
/// When the store fails.
pub async fn count(ledger: &Ledger, service: ServiceId, kind: DocumentKind, owner: &str) -> Result<usize, Refusal> {
    let total = ledger.store().documents(service, kind, Some(owner), Page::first(0)).await?.total;
    Ok(usize::try_from(total).unwrap_or(usize::MAX))
}

/// The document with this number and kind in a service; the number as text from the request.
///
/// # Errors
/// When the store fails.
pub async fn by_number(
    ledger: &Ledger,
    service: ServiceId,
    kind: DocumentKind,
    number: DocumentId,
) -> Result<Option<Document>, Refusal> {
    let found = ledger.store().document_by_id(number).await?;
    Ok(found.filter(|d| d.service == service && d.kind == kind))
}

/// Applies writes that replace the document with this number and kind, if it has not changed since it was read.
///
/// # Errors
/// [`RECORD_CHANGED`] when it has changed or is gone; or when the store fails.
pub async fn put_over(
    ledger: &Ledger,
    (service, kind): (ServiceId, DocumentKind),
    number: DocumentId,
    is_as_read: impl Fn(&Document) -> bool + Send,
    writes: Vec<Write>,
) -> Result<(), Refusal> {
    let found = by_number(ledger, service, kind, number).await?.filter(is_as_read);
    ledger.put_over(Some(found.ok_or(RECORD_CHANGED)?), writes).await
}

/// Parses a number from a request: digits, without sign and leading zeros.
pub fn number(text: &str) -> Option<DocumentId> {
    let number: u64 = text.parse().ok()?;
    (number > 0 && number < jeton_model::ids::ID_LIMIT && number.to_string() == text).then(|| DocumentId::new(number))
}

/// The write that stores a document under its number, or under another name.
///
/// # Errors
/// When the content cannot be written as JSON.
pub fn put(
    ledger: &Ledger,
    (service, kind): (ServiceId, DocumentKind),
    (id, owner, name): (DocumentId, String, String),
    body: &impl Serialize,
) -> Result<Write, Refusal> {
    let body = serde_json::to_value(body)?;
    Ok(Write::Document(Box::new(Document { id, service, kind, owner, name, updated: ledger.now(), body })))
}

/// The event about it in the audit trail.
pub fn event(ledger: &Ledger, service: ServiceId, actor: &Actor, detail: String) -> Write {
    let mut event = Event::new(EventKind::DocumentChanged, ledger.now(), Some(service), actor.clone());
    event.detail = Some(detail);
    Write::Event(Box::new(event))
}
