//! Aliases of clients: other names that requests may use where service and client enable it (`docs/contracts/authlete.md`
//! section 8).

use std::sync::Arc;

use jeton_ledger::Ledger;
use jeton_ledger::ledger::{Family, Plan};
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{BackendClient, Client, DocumentKind, Grant};
use serde_json::{Map, Value};

/// The member of an authorization's details that says that its request named the client by the alias.
const USED: &str = "client_id_alias_used";

/// The client that a request names: by its client id or, where that is enabled, by its alias. A client id counts first.
///
/// # Errors
/// When the store fails.
pub async fn named(ledger: &Ledger, service: ServiceId, name: &str) -> Result<Option<Arc<Client>>, Refusal> {
    let entities = ledger.entities();
    if let Some(client) = entities.client_by_id(service, name).await? {
        return Ok(Some(client));
    }
    if !entities.service(service).is_some_and(|service| service.settings.backend.client_aliases) {
        return Ok(None);
    }
    Ok(with_alias(ledger, service, name).await?.filter(|client| of(client).is_some_and(|own| own.alias_enabled)))
}

/// The client that has an alias, whether or not it works.
///
/// # Errors
/// When the store fails.
pub async fn with_alias(ledger: &Ledger, service: ServiceId, alias: &str) -> Result<Option<Arc<Client>>, Refusal> {
    // No alias contains such characters, and some databases fail on them.
    if alias.is_empty() || alias.chars().any(char::is_control) {
        return Ok(None);
    }
    let found = ledger.store().document(service, DocumentKind::ClientAlias, "", alias).await?;
    let Some(key) = found.and_then(|found| found.body.get("client").and_then(Value::as_u64)) else { return Ok(None) };
    let client = ledger.entities().client(ClientKey::new(key)).await?;
    let has_it = |client: &Arc<Client>| of(client).is_some_and(|own| own.alias.as_deref() == Some(alias));
    Ok(client.filter(|client| client.service == service && has_it(client)))
}

/// Whether a request that names its client so names it by the alias.
#[must_use]
pub fn is_alias(client: &Client, name: Option<&str>) -> bool {
    let alias = of(client).and_then(|own| own.alias.as_deref());
    alias.is_some() && alias == name && name != Some(client.client_id.as_str())
}

/// Notes in the details of an authorization, or of a token that has none, that the request named the client by the alias.
pub fn note(details: &mut Map<String, Value>) {
    details.insert(USED.to_owned(), true.into());
}

/// Notes it in what is to be minted; an existing authorization keeps what it has.
pub(crate) fn note_in(plan: &mut Plan) {
    match &mut plan.family {
        Family::New(grant) => note(&mut grant.details.other),
        Family::Own => plan.tokens.iter_mut().for_each(|token| note(&mut token.details.other)),
        Family::Existing(_) => {}
    }
}

/// Whether details say so.
#[must_use]
pub fn was_noted(details: &Map<String, Value>) -> bool {
    details.get(USED) == Some(&Value::Bool(true))
}

/// The client's name for the client itself, as `aud` of what is signed for it: the alias, if its authorization used that and the
/// client still has one.
#[must_use]
pub fn audience<'a>(client: &'a Client, grant: Option<&Grant>) -> &'a str {
    let used = grant.and_then(|grant| grant.details.as_ref()).is_some_and(|details| was_noted(&details.other));
    let alias = of(client).filter(|_| used).and_then(|own| own.alias.as_deref());
    alias.unwrap_or(client.client_id.as_str())
}

fn of(client: &Client) -> Option<&BackendClient> {
    client.backend.as_deref()
}
