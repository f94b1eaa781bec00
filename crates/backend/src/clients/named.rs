//! Clients as authorization servers name them.

use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, ID_LIMIT};
use jeton_model::records::{Client, Service};
use jeton_oauth::client_alias;

use crate::Backend;
use crate::refusals::{CLIENT_ALIAS_DISABLED, RECORD_CLIENT_UNKNOWN};

impl Backend {
    /// A client of a service, by its client id, its number in the ledger, or its alias.
    ///
    /// # Errors
    /// [`RECORD_CLIENT_UNKNOWN`]; [`CLIENT_ALIAS_DISABLED`] for an alias that works only when service and client enable it.
    pub async fn client_named(&self, service: &Service, identifier: &str) -> Result<Arc<Client>, Refusal> {
        let entities = self.ledger.entities();
        if identifier.is_empty() || identifier.chars().any(char::is_control) {
            return Err(RECORD_CLIENT_UNKNOWN);
        }
        if let Some(client) = entities.client_by_id(service.id, identifier).await? {
            return Ok(client);
        }
        let number = identifier.parse().ok().filter(|number| *number < ID_LIMIT);
        let found = match number {
            Some(number) => entities.client_of(service.id, ClientKey::new(number)).await?,
            None => None,
        };
        if let Some(client) = found {
            return Ok(client);
        }
        let found = client_alias::with_alias(&self.ledger, service.id, identifier).await?;
        let client = found.ok_or(RECORD_CLIENT_UNKNOWN)?;
        let is_enabled = client.backend.as_ref().is_some_and(|own| own.alias_enabled);
        if is_enabled && service.settings.backend.client_aliases { Ok(client) } else { Err(CLIENT_ALIAS_DISABLED) }
    }
}
