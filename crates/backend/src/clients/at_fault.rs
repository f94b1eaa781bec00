//! What is wrong with the client of a request that an authorization server sends on. Jeton's own endpoints tell a stranger only that the
//! client is unknown; the authorization server may know more, since it administers the client.

use jeton_ledger::refusals::CLIENT_UNKNOWN;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};
use jeton_oauth::client_alias;

use crate::Backend;
use crate::refusals::{CLIENT_PUBLIC, RECORD_CLIENT_LOCKED};

impl Backend {
    /// The refusal for the authorization server, in place of [`CLIENT_UNKNOWN`] for a client that is locked or public; any other
    /// refusal as it is. `named`: the client id or the alias that the request has.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn client_at_fault(
        &self,
        service: &Service,
        named: Option<&str>,
        refusal: Refusal,
    ) -> Result<Refusal, Refusal> {
        let Some(named) = named.filter(|_| refusal.is(&CLIENT_UNKNOWN)) else { return Ok(refusal) };
        let found = client_alias::named(&self.ledger, service.id, named).await?;
        let found = found.filter(|client| client.service == service.id);
        Ok(found.as_deref().and_then(fault).unwrap_or(refusal))
    }
}

/// Why a client that exists cannot be what a request needs; none: for another reason.
fn fault(client: &Client) -> Option<Refusal> {
    match client {
        Client { enabled: false, .. } => Some(RECORD_CLIENT_LOCKED),
        client if client.is_public() => Some(CLIENT_PUBLIC),
        _ => None,
    }
}
