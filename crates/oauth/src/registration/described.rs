//! A client that describes itself at its client id: read as a stranger's registration is, and written when a person has allowed
//! the client something.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::registrant::Registrant;
use super::{metadata, quota};
use crate::OAuth;
use crate::dialect::Dialect;
use crate::registration::refusals::CLIENT_METADATA_INVALID;
use jeton_administration::NewClient;
use jeton_model::Refusal;
use jeton_model::ids::UserKey;
use jeton_model::records::{Actor, Client, EventKind, Service};
use jeton_model::refusals::{CONFLICT, RECORD_CHANGED};
use jeton_model::store::Write;

/// The client of such metadata. `known`: the record that follows it.
///
/// # Errors
/// The refusals of metadata.
pub(crate) async fn describe(
    oauth: &OAuth,
    service: &Service,
    (client_id, metadata): (&str, Map<String, Value>),
    known: Option<&Client>,
) -> Result<NewClient, Refusal> {
    let who = Registrant::Document;
    let new = metadata::read(oauth, service, &who, client_id, known, metadata, Dialect::Standard).await?;
    if new.client.has_secret_use() {
        // A MAC or a key made from a secret: there is none, and nobody to give one to.
        return Err(CLIENT_METADATA_INVALID.with("token_endpoint_auth_method: there is no secret to make keys from"));
    }
    Ok(new)
}

/// Writes the record, if it differs from `known`. A new one counts as a client of open registration that this person registered:
/// within the quota, for as long as it is used.
///
/// # Errors
/// The refusals of metadata, `REGISTRATION_LIMIT`; [`RECORD_CHANGED`] when another request wrote it meanwhile.
pub(crate) async fn put_described(
    oauth: &OAuth,
    service: &Service,
    described: (&str, Map<String, Value>),
    known: Option<Client>,
    person: UserKey,
) -> Result<Client, Refusal> {
    let mut new = describe(oauth, service, described, known.as_ref()).await?;
    let Some(known) = known else {
        let owner: Arc<str> = format!("user {person}").into();
        new.client.registered_from = Some(Arc::clone(&owner));
        return put_new(oauth, service, &owner, new).await;
    };
    let client = oauth.administration.complete_client(new, Some(&known)).await?;
    if client != known {
        write(oauth, Some(known), &client, Vec::new()).await?;
    }
    Ok(client)
}

/// One at a time, so that the count stays true until the client is written.
async fn put_new(oauth: &OAuth, service: &Service, owner: &Arc<str>, new: NewClient) -> Result<Client, Refusal> {
    let _turn = oauth.registrations.turn.lock().await;
    if oauth.ledger.store().client_by_id(service.id, new.client.client_id.as_str()).await?.is_some() {
        return Err(RECORD_CHANGED);
    }
    quota::check(oauth, service, owner).await?;
    let client = oauth.administration.complete_client(new, None).await?;
    let until = oauth.ledger.now() + service.settings.registration.idle;
    let kept = quota::kept_until(&oauth.ledger, &client, owner, (until, true)).await?;
    let written = write(oauth, None, &client, vec![kept]).await;
    // Another node was faster.
    written.map_err(|refusal| if refusal.is(&CONFLICT) { RECORD_CHANGED } else { refusal })?;
    Ok(client)
}

async fn write(oauth: &OAuth, known: Option<Client>, client: &Client, mut writes: Vec<Write>) -> Result<(), Refusal> {
    writes.push(Write::Client(Box::new(client.clone())));
    let what = (Actor::Client(client.key), EventKind::ClientPut);
    oauth.administration.write_client(what, known, client, writes).await
}
