//! The client that a document describes.
//!
//! It is a record as registration would make it of the same metadata, laid over the ledger's, if there is one: what an
//! administrator has decided stays, and what was taken away does not come back. Until a person has allowed the client something
//! it has no number, and nothing of it is written.

use std::net::IpAddr;
use std::sync::Arc;

use super::document::ClientDocument;
use super::fetch::{fetch, invalid};
use super::identifier;
use crate::OAuth;
use crate::registration::refusals::{
    CLIENT_METADATA_INVALID, REGISTERED_REDIRECT_INVALID, SOFTWARE_STATEMENT_INVALID, SOFTWARE_STATEMENT_UNAPPROVED,
};
use crate::registration::{describe, put_described};
use jeton_ledger::ledger::Attempts;
use jeton_ledger::refusals::CLIENT_UNKNOWN;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service, client_property};
use jeton_people::Session;
use url::Url;

/// The client of an authorization request, and the document that describes it; no document: it is a client like others. `found`:
/// the ledger's record of this client id, which is active. `address`: where the request comes from.
///
/// # Errors
/// [`CLIENT_UNKNOWN`], `CLIENT_DOCUMENT_INVALID`, `CLIENT_DOCUMENT_UNAVAILABLE`, `REQUEST_PACE`, or a fault.
pub(crate) async fn described(
    oauth: &OAuth,
    service: &Service,
    (client_id, found): (&str, Option<Arc<Client>>),
    address: Option<IpAddr>,
) -> Result<(Arc<Client>, Option<Arc<ClientDocument>>), Refusal> {
    match &found {
        Some(client) if !client.from_document => return Ok((Arc::clone(client), None)),
        None if !identifier::is_url(client_id) => return Err(CLIENT_UNKNOWN),
        _ => {}
    }
    let policy = &service.settings.registration;
    if !policy.client_id_documents {
        return Err(CLIENT_UNKNOWN);
    }
    let identifier =
        identifier::read(client_id, &policy.client_id_hosts).map_err(|why| invalid(&format!("the client_id {why}")))?;
    let fetched = async {
        let (document, kept) = fetch(oauth, client_id, &identifier).await?;
        // One that describes no client is not remembered.
        client_of(oauth, service, found.as_deref(), &document).await?;
        Ok((document, kept))
    };
    let asked = (service.id, client_id, &identifier);
    let document = oauth.documents.get(asked, (address, oauth.ledger.now()), fetched).await?;
    let client = client_of(oauth, service, found.as_deref(), &document).await?;
    Ok((Arc::new(client), Some(document)))
}

/// The client of a request that a page shows: as its document is now, if this server has seen it since.
///
/// # Errors
/// As [`described`].
pub(crate) async fn shown(oauth: &OAuth, service: &Service, document: &ClientDocument) -> Result<Arc<Client>, Refusal> {
    let found = oauth.ledger.store().client_by_id(service.id, document.client_id()).await?;
    let newest = oauth.documents.newest(service.id, document.client_id());
    let document = newest.as_deref().unwrap_or(document);
    may_follow(oauth, service, found.as_ref()).await?;
    client_of(oauth, service, found.as_ref(), document).await.map(Arc::new)
}

/// The client's record, which a person has allowed something: written if it is new, or if its document has changed.
///
/// # Errors
/// [`CLIENT_UNKNOWN`] when an administrator has disabled it meanwhile; `REGISTRATION_LIMIT` when the person, or all together, have
/// too many such clients; or a fault.
pub async fn kept(
    oauth: &OAuth,
    service: &Service,
    (client, document): (Arc<Client>, Option<&ClientDocument>),
    session: &Session,
) -> Result<Arc<Client>, Refusal> {
    let Some(document) = document else { return Ok(client) };
    let newest = oauth.documents.newest(service.id, document.client_id());
    let document = newest.as_deref().unwrap_or(document);
    let mut attempts = Attempts::default();
    loop {
        let found = oauth.ledger.store().client_by_id(service.id, document.client_id()).await?;
        may_follow(oauth, service, found.as_ref()).await?;
        let metadata = document.metadata();
        let written = put_described(oauth, service, (document.client_id(), metadata), found, session.user.key).await;
        if let Some(done) = attempts.unless_changed(written) {
            return done.map(Arc::new);
        }
    }
}

/// The host that vouches for a client, and the only part of what pages show of it that it cannot invent; none: it was registered.
#[must_use]
pub fn host(client: &Client) -> Option<String> {
    let url = Url::parse(client.client_id.as_str()).ok().filter(|_| client.from_document)?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether a record follows its document: it does so, it is active, and the service takes such clients.
async fn may_follow(oauth: &OAuth, service: &Service, found: Option<&Client>) -> Result<(), Refusal> {
    let follows = match found {
        Some(client) => client.from_document && oauth.ledger.entities().is_active(client).await?,
        None => true,
    };
    if follows && service.settings.registration.client_id_documents { Ok(()) } else { Err(CLIENT_UNKNOWN) }
}

async fn client_of(
    oauth: &OAuth,
    service: &Service,
    found: Option<&Client>,
    document: &ClientDocument,
) -> Result<Client, Refusal> {
    let described = describe(oauth, service, (document.client_id(), document.metadata()), found).await;
    let mut client = described.map_err(|refusal| in_words(document, refusal))?.client;
    if found.is_some_and(|old| *old != client) {
        // Another record than the stored one, with other keys perhaps.
        client.updated = oauth.ledger.now();
    }
    Ok(client)
}

/// The refusal for the person at the screen. It names the member: its value is a stranger's text, which is for the log.
fn in_words(document: &ClientDocument, refusal: Refusal) -> Refusal {
    let of_metadata = [
        CLIENT_METADATA_INVALID,
        REGISTERED_REDIRECT_INVALID,
        SOFTWARE_STATEMENT_INVALID,
        SOFTWARE_STATEMENT_UNAPPROVED,
    ];
    if !refusal.is_one_of(&of_metadata) {
        return refusal;
    }
    let message = refusal.message().into_owned();
    tracing::info!(client_id = document.client_id(), why = message, "the document of a client cannot be used");
    let member = message
        .split([':', ' ', '`'])
        .find(|word| !word.is_empty())
        .and_then(client_property)
        .map(|property| property.name);
    invalid(&format!("its {} cannot be registered", member.unwrap_or("metadata"))).because(message)
}
