//! Looking up records by the names that administrators give.

use std::sync::Arc;

use jeton_ledger::Ledger;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Client, Service, User};
use jeton_model::refusals::NOT_FOUND;

/// The longest name of a user or a client that is looked up, in bytes.
const LONGEST: usize = 255;

/// Whether a user or client can have this name; if not, the database is not asked, and some databases fail on such texts.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
}

/// A client by its client id.
pub(crate) async fn client(ledger: &Ledger, service: ServiceId, client_id: &str) -> Result<Arc<Client>, Refusal> {
    let is_name = !client_id.chars().any(char::is_control);
    let found = if is_name { ledger.entities().client_by_id(service, client_id).await? } else { None };
    found.ok_or_else(|| NOT_FOUND.with("client"))
}

/// An enabled client by its client id.
pub(crate) async fn enabled_client(
    ledger: &Ledger,
    service: &Service,
    name: Option<&str>,
) -> Result<Option<Arc<Client>>, Refusal> {
    let Some(name) = name else { return Ok(None) };
    let found = ledger.entities().client_by_id(service.id, name).await?;
    let found = ledger.entities().active(found).await?;
    found.map(Some).ok_or_else(|| NOT_FOUND.with("enabled client"))
}

/// An enabled user by the name that they sign in with.
pub(crate) async fn enabled_user(
    ledger: &Ledger,
    service: &Service,
    name: Option<&str>,
) -> Result<Option<Arc<User>>, Refusal> {
    let Some(name) = name else { return Ok(None) };
    let found = ledger.entities().user_by_name(service.id, name).await?.filter(|user| user.enabled);
    found.map(Some).ok_or_else(|| NOT_FOUND.with("enabled user"))
}
