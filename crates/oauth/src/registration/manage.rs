//! Management of a registered client, RFC 7592.
//!
//! The registration access token never changes, so a lost answer locks nobody out. It ends with the client.

use std::sync::Arc;

use jeton_jose::Secret;
use serde_json::{Map, Value};

use super::registrant::Registrant;
use super::{Registered, metadata, quota, sector};
use crate::OAuth;
use crate::dialect::Dialect;
use crate::registration::refusals::CLIENT_METADATA_INVALID;
use jeton_ledger::ledger::{Attempts, Verdict};
use jeton_ledger::refusals::{BEARER_INVALID, BEARER_MISSING};
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::records::{Actor, Client, EventKind, Service, TokenKind};
use jeton_model::store::Write;

/// The client that a registration access token is for. Another client's name, an unknown one and an invalid token get the same
/// answer (RFC 7592 section 2.1).
async fn own(oauth: &OAuth, service: &Service, bearer: Option<&str>, name: &str) -> Result<Registered, Refusal> {
    let text = bearer.ok_or(BEARER_MISSING)?;
    let Verdict::Active(live) = oauth.ledger.inspect(service.id, text).await? else { return Err(BEARER_INVALID) };
    if live.token.kind != TokenKind::Registration {
        return Err(BEARER_INVALID);
    }
    let client = live.client.filter(|client| client.client_id.as_str() == name).ok_or(BEARER_INVALID)?;
    let ends = quota::end_of_client(&oauth.ledger, &client).await?;
    Ok(Registered { client, secret: None, access: Secret::new(text), ends })
}

/// Returns a client.
///
/// # Errors
/// [`BEARER_MISSING`], [`BEARER_INVALID`].
pub async fn show(
    oauth: &OAuth,
    service: &Service,
    bearer: Option<&str>,
    client_id: &str,
) -> Result<Registered, Refusal> {
    own(oauth, service, bearer, client_id).await
}

/// Replaces a client's metadata: omitted members get their default. `client_id` must be present and right, unless
/// INDIGO IAM's rules let it be omitted; a `client_secret` that is sent must be the client's (RFC 7592 section 2.2).
///
/// A change counts like a registration, and each client has a limit of its own. An unchanged record is not written.
///
/// # Errors
/// Those of [`show`], the refusals of metadata, `REGISTRATION_LIMIT`.
pub async fn update(
    oauth: &OAuth,
    service: &Service,
    (bearer, origin): (Option<&str>, &RequestSource),
    client_id: &str,
    document: Map<String, Value>,
    dialect: Dialect,
) -> Result<Registered, Refusal> {
    update_for(oauth, service, (bearer, origin), client_id, (document, dialect), |_| ()).await
}

/// The same; `complete` changes the new record before it is written, in the same commit.
///
/// # Errors
/// As [`update`].
pub async fn update_for(
    oauth: &OAuth,
    service: &Service,
    (bearer, origin): (Option<&str>, &RequestSource),
    client_id: &str,
    (document, dialect): (Map<String, Value>, Dialect),
    complete: impl Fn(&mut Client) + Send + Sync,
) -> Result<Registered, Refusal> {
    let Registered { client, access, ends, .. } = own(oauth, service, bearer, client_id).await?;
    if let Some(budget) = Registrant::who_registered(&client).budget_from(origin) {
        oauth.registrations.rate_limits.take(&service.settings.registration, &budget, oauth.ledger.now())?;
    }
    let mut attempts = Attempts::default();
    let (client, secret) = loop {
        // The cache may lag behind another node.
        let old = oauth.ledger.store().client(client.key).await?.ok_or(BEARER_INVALID)?;
        let replaced = replace(oauth, service, old, (document.clone(), dialect), &complete).await;
        if let Some(done) = attempts.unless_changed(replaced) {
            break done?;
        }
    };
    Ok(Registered { client: Arc::new(client), secret, access, ends })
}

async fn replace(
    oauth: &OAuth,
    service: &Service,
    old: Client,
    (document, dialect): (Map<String, Value>, Dialect),
    complete: &(impl Fn(&mut Client) + Send + Sync),
) -> Result<(Client, Option<Secret>), Refusal> {
    let client_id = old.client_id.as_str();
    let wrong = |text: &str| CLIENT_METADATA_INVALID.with(text.to_owned());
    let named = match (document.get("client_id"), dialect) {
        (None | Some(Value::Null), Dialect::Indigo) => true,
        (named, _) => named.and_then(Value::as_str) == Some(client_id),
    };
    if !named {
        return Err(wrong("client_id: must be the client's own"));
    }
    let given = document.get("client_secret").and_then(Value::as_str).map(Secret::new);
    let proven = match document.get("client_secret") {
        None | Some(Value::Null) => true,
        Some(_) => match &given {
            Some(secret) => crate::client_auth::proves_within_budget(oauth, &old, secret.expose())?,
            None => false,
        },
    };
    if !proven {
        return Err(wrong("client_secret: must be the client's own, or be left out"));
    }
    let who = Registrant::who_registered(&old);
    let mut new = metadata::read(oauth, service, &who, client_id, Some(&old), document, dialect).await?;
    new.client.backend = new.client.backend.or_else(|| old.backend.clone());
    complete(&mut new.client);
    sector::check(oauth, &new.client).await?;
    // Of a secret that is kept as a hash no MAC can be made: a client that newly wants one, and does not send its secret, gets another.
    let unreadable = old.sealed_secret.is_none() && new.client.needs_secret_itself() && !old.needs_secret_itself();
    if old.secret.is_none() || unreadable && given.is_none() {
        new.secret = oauth.administration.secret_for(&new.client).await?;
    }
    let secret = new.secret.clone();
    // A method that needs the secret itself can store it now.
    new.secret = new.secret.or(given.filter(|_| !new.client.is_public()));
    let mut client = oauth.administration.complete_client(new, Some(&old)).await?;
    if client.is_public() {
        (client.secret, client.sealed_secret) = (None, None);
    }
    if client != old {
        if who.budget().is_some() {
            let policy = &service.settings.registration;
            oauth.registrations.rate_limits.take_change(policy, client.key, oauth.ledger.now())?;
        }
        let (what, write) =
            ((Actor::Client(client.key), EventKind::ClientPut), Write::Client(Box::new(client.clone())));
        oauth.administration.write_client(what, Some(old), &client, vec![write]).await?;
    }
    Ok((client, secret))
}

/// Deletes a client: its tokens, including this one, are invalid from then on.
///
/// # Errors
/// Those of [`show`].
pub async fn delete(oauth: &OAuth, service: &Service, bearer: Option<&str>, client_id: &str) -> Result<(), Refusal> {
    let Registered { client, .. } = own(oauth, service, bearer, client_id).await?;
    remove(oauth, &client).await
}

async fn remove(oauth: &OAuth, client: &Client) -> Result<(), Refusal> {
    let write = Write::DeleteClient(client.key);
    oauth
        .administration
        .write_client((Actor::Client(client.key), EventKind::ClientDeleted), None, client, vec![write])
        .await
}
