//! Which clients took part in a session: one document each, owner = the session, until the session ends.

use serde::{Deserialize, Serialize};

use jeton_ledger::Ledger;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, DocumentId, ServiceId, TokenId};
use jeton_model::records::{Client, Document, DocumentKind, Token};
use jeton_model::store::{Listing, Page, Write};

/// How many clients of one session are notified.
const MOST: u32 = 1000;

/// What is known of one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Participant {
    /// The client.
    pub(super) client: ClientKey,
    /// The name under which it knows the session.
    pub(super) sid: String,
    /// When the session expires; after that the document has no effect.
    pub until: Option<Timestamp>,
}

/// The URL to which the client's notices are sent.
pub fn address(client: &Client) -> Option<&str> {
    client.metadata.backchannel_logout_uri.as_deref()
}

/// Whether a client is to be told in the person's browser (Front-Channel Logout 1.0 section 2).
fn is_told_in_browser(client: &Client) -> bool {
    client.metadata.frontchannel_logout_uri.is_some()
}

/// The clients that took part in a session, each with a name under which it knows the session (`sid`).
///
/// # Errors
/// When the store fails.
pub async fn of(ledger: &Ledger, session: &Token) -> Result<Vec<(ClientKey, String)>, Refusal> {
    let documents = of_session(ledger, session.service, session.id).await?.items;
    let read = documents.iter().filter_map(|document| Participant::deserialize(&document.body).ok());
    Ok(read.map(|participant| (participant.client, participant.sid)).collect())
}

/// Records that a client takes part, if it wants notices.
///
/// # Errors
/// When the store fails.
pub async fn note(ledger: &Ledger, client: &Client, session: &Token) -> Result<(), Refusal> {
    if address(client).is_none() && !is_told_in_browser(client) {
        return Ok(());
    }
    let participant = Participant { client: client.key, sid: ledger.secrets().sid(session.id), until: session.expires };
    let (owner, name) = (session.id.to_string(), name(&participant));
    if ledger.store().document(session.service, DocumentKind::SessionClient, &owner, &name).await?.is_some() {
        return Ok(());
    }
    let document = document(ledger, session.service, session.id, &participant).await?;
    ledger.applied(vec![document]).await.map(drop)
}

/// The clients of a session take part in another one: the same person signed in again in the same browser.
pub(crate) async fn pass_on(ledger: &Ledger, from: &Token, to: &Token) -> Result<(), Refusal> {
    let mut writes = Vec::new();
    for old in of_session(ledger, from.service, from.id).await?.items {
        if let Ok(participant) = Participant::deserialize(&old.body) {
            let kept = Participant { until: to.expires, ..participant };
            writes.push(document(ledger, to.service, to.id, &kept).await?);
        }
        writes.push(Write::DeleteDocument(old.id));
    }
    if writes.is_empty() { Ok(()) } else { ledger.applied(writes).await.map(drop) }
}

/// The documents of a session.
pub(super) async fn of_session(
    ledger: &Ledger,
    service: ServiceId,
    session: TokenId,
) -> Result<Listing<Document>, Refusal> {
    let owner = session.to_string();
    Ok(ledger.store().documents(service, DocumentKind::SessionClient, Some(&owner), Page::first(MOST)).await?)
}

async fn document(
    ledger: &Ledger,
    service: ServiceId,
    session: TokenId,
    participant: &Participant,
) -> Result<Write, Refusal> {
    Ok(Write::Document(Box::new(Document {
        id: DocumentId::new(ledger.new_number().await?),
        service,
        kind: DocumentKind::SessionClient,
        owner: session.to_string(),
        name: name(participant),
        updated: ledger.now(),
        body: serde_json::to_value(participant)?,
    })))
}

/// A client may know one session under several names: those of the sign-ins before this one.
fn name(participant: &Participant) -> String {
    format!("{}.{}", participant.client, participant.sid)
}
