//! Registering a client, RFC 7591 section 3.

use std::sync::Arc;

use jeton_jose::Secret;
use serde_json::{Map, Value};

use super::registrant::Registrant;
use super::{Registered, metadata, quota, sector};
use crate::OAuth;
use crate::dialect::Dialect;
use jeton_administration::NewClient;
use jeton_ledger::ledger::{Plan, TokenPlan};
use jeton_ledger::refusals::plan_exceeded;
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::records::{Actor, Client, Event, EventKind, Service, TokenFormat, TokenKind};
use jeton_model::scope::Scope;
use jeton_model::store::Write;

/// Registers a client: with an initial access token, or without one where registration is open. By INDIGO IAM's rules also
/// with a person's or an administrator's token.
///
/// # Errors
/// `BEARER_MISSING`, `BEARER_INVALID`, `BEARER_SCOPE`; the refusals of metadata;
/// `REGISTRATION_LIMIT`.
pub async fn register(
    oauth: &OAuth,
    service: &Arc<Service>,
    bearer: Option<&str>,
    origin: &RequestSource,
    document: Map<String, Value>,
    dialect: Dialect,
) -> Result<Registered, Refusal> {
    let who = Registrant::of(oauth, service, bearer, origin, dialect).await?;
    let budget = who.budget();
    if let Some(budget) = &budget {
        oauth.registrations.rate_limits.take(&service.settings.registration, budget, oauth.ledger.now())?;
    }
    let client_id = oauth.administration.new_client_id().await?;
    let mut new = metadata::read(oauth, service, &who, &client_id, None, document, dialect).await?;
    sector::check(oauth, &new.client).await?;
    new.secret = oauth.administration.secret_for(&new.client).await?;
    let secret = new.secret.clone();
    let (client, access) = match &budget {
        None => write(oauth, service, new, Vec::new()).await?,
        Some(budget) => write_counted(oauth, service, budget, new).await?,
    };
    let ends = quota::end_of_client(&oauth.ledger, &client).await?;
    Ok(Registered { client, secret, access, ends })
}

/// Registers a client for a trusted caller, who decides themselves who may register, and who chose the client id. A token that
/// is sent must be valid all the same. `complete` changes the record before it is written.
///
/// # Errors
/// As [`register`].
pub async fn register_for(
    oauth: &OAuth,
    service: &Arc<Service>,
    (bearer, origin): (Option<&str>, &RequestSource),
    client_id: &str,
    document: Map<String, Value>,
    complete: impl FnOnce(&mut Client) + Send,
) -> Result<Registered, Refusal> {
    let who = match bearer {
        None => Registrant::Trusted(None),
        Some(_) => Registrant::of(oauth, service, bearer, origin, Dialect::Standard).await?,
    };
    let mut new = metadata::read(oauth, service, &who, client_id, None, document, Dialect::Standard).await?;
    complete(&mut new.client);
    sector::check(oauth, &new.client).await?;
    new.secret = oauth.administration.secret_for(&new.client).await?;
    let secret = new.secret.clone();
    let (client, access) = write(oauth, service, new, Vec::new()).await?;
    Ok(Registered { client, secret, access, ends: None })
}

/// One at a time, so that the count stays true until the client is written.
async fn write_counted(
    oauth: &OAuth,
    service: &Arc<Service>,
    budget: &Arc<str>,
    new: NewClient,
) -> Result<(Arc<Client>, Secret), Refusal> {
    let _turn = oauth.registrations.turn.lock().await;
    quota::check(oauth, service, budget).await?;
    let client = oauth.administration.complete_client(new, None).await?;
    let until = oauth.ledger.now() + service.settings.registration.unused;
    let kept = quota::kept_until(&oauth.ledger, &client, budget, (until, false)).await?;
    put(oauth, service, client, vec![kept]).await
}

async fn write(
    oauth: &OAuth,
    service: &Arc<Service>,
    new: NewClient,
    beside: Vec<Write>,
) -> Result<(Arc<Client>, Secret), Refusal> {
    let client = oauth.administration.complete_client(new, None).await?;
    put(oauth, service, client, beside).await
}

/// Writes a client with its registration access token (RFC 7592 section 3), which lives as long as the client, in one commit.
async fn put(
    oauth: &OAuth,
    service: &Arc<Service>,
    client: Client,
    mut creates: Vec<Write>,
) -> Result<(Arc<Client>, Secret), Refusal> {
    let client = Arc::new(client);
    let actor = Actor::Client(client.key);
    let mut event = Event::new(EventKind::ClientPut, oauth.ledger.now(), Some(service.id), actor);
    event.client = Some(client.key);
    creates.extend([Write::Client(Box::new(Client::clone(&client))), Write::Event(Box::new(event))]);
    let token = TokenPlan::new(TokenKind::Registration, TokenFormat::Opaque, Scope::empty(), None);
    let plan = Plan { creates, tokens: vec![token], ..Plan::new(Arc::clone(service), Some(Arc::clone(&client))) };
    let issued = oauth.ledger.mint(plan).await?;
    let minted = issued.first(TokenKind::Registration).ok_or_else(|| plan_exceeded("registration"))?;
    let access = Secret::new(minted.text.expose());
    Ok((client, access))
}
