//! Registering a client, RFC 7591 section 3.

use std::sync::Arc;

use jeton_jose::Secret;
use serde_json::{Map, Value};

use super::registrant::Registrant;
use super::{Registered, metadata, quota, sector};
use crate::administration::NewClient;
use crate::ledger::{Plan, TokenPlan};
use crate::model::{Actor, Client, EventKind, Service, TokenFormat, TokenKind};
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::scope::Scope;
use crate::store::Write;
use crate::{Dialect, Ledger};

/// Registers a client: with an initial access token, or without one where registration is open. By INDIGO IAM's rules also
/// for a person, by a token in their name, and for an administrator.
///
/// # Errors
/// [`Refusal::BearerMissing`], [`Refusal::BearerInvalid`], [`Refusal::BearerScope`]; the refusals of metadata;
/// [`Refusal::RegistrationLimit`].
pub async fn register(
    ledger: &Ledger,
    service: &Arc<Service>,
    bearer: Option<&str>,
    origin: &Origin,
    document: Map<String, Value>,
    dialect: Dialect,
) -> Result<Registered, Refusal> {
    let who = Registrant::of(ledger, service, bearer, origin, dialect).await?;
    let budget = who.budget();
    if let Some(budget) = &budget {
        ledger.registrations().pace.take(budget, ledger.now())?;
    }
    let client_id = ledger.new_client_id().await?;
    let mut new = metadata::read(service, &who, &client_id, None, document, dialect)?;
    sector::check(ledger, &new.client).await?;
    new.secret = ledger.secret_for(&new.client).await?;
    let secret = new.secret.clone();
    let client = match &budget {
        None => write(ledger, new, Vec::new()).await?,
        Some(budget) => write_counted(ledger, service, budget, new).await?,
    };
    let client = Arc::new(client);
    let access = access_token(ledger, service, &client).await?;
    Ok(Registered { client, secret, access })
}

/// One at a time, so that the count stays true until the client is written.
async fn write_counted(
    ledger: &Ledger,
    service: &Service,
    budget: &Arc<str>,
    new: NewClient,
) -> Result<Client, Refusal> {
    let _turn = ledger.registrations().turn.lock().await;
    quota::check(ledger, service, budget).await?;
    let client = ledger.complete_client(new, None).await?;
    let until = ledger.now() + service.settings.registration.unused;
    let kept = quota::kept_until(ledger, &client, budget, (until, false)).await?;
    put(ledger, &client, vec![kept]).await?;
    Ok(client)
}

async fn write(ledger: &Ledger, new: NewClient, beside: Vec<Write>) -> Result<Client, Refusal> {
    let client = ledger.complete_client(new, None).await?;
    put(ledger, &client, beside).await?;
    Ok(client)
}

async fn put(ledger: &Ledger, client: &Client, mut writes: Vec<Write>) -> Result<(), Refusal> {
    writes.push(Write::Client(Box::new(client.clone())));
    ledger.write_client((Actor::Client(client.key), EventKind::ClientPut), None, client, writes).await
}

/// The token that its registrant looks after the client with (RFC 7592 section 3): it lives as long as the client.
async fn access_token(ledger: &Ledger, service: &Arc<Service>, client: &Arc<Client>) -> Result<Secret, Refusal> {
    let token = TokenPlan::new(TokenKind::Registration, TokenFormat::Opaque, Scope::empty(), None);
    let plan = Plan { tokens: vec![token], ..Plan::new(Arc::clone(service), Some(Arc::clone(client))) };
    let issued = ledger.mint(plan).await?;
    let minted = issued.first(TokenKind::Registration).ok_or(Refusal::PlanExceeded("registration"))?;
    Ok(Secret::new(minted.text.expose()))
}
