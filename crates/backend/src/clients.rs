//! Clients as authorization servers name them.

use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, ID_LIMIT};
use jeton_model::records::{Client, Service};

use crate::Backend;
use crate::refusals::RECORD_CLIENT_UNKNOWN;

impl Backend {
    /// A client of a service, by its client id or its number in the ledger.
    ///
    /// # Errors
    /// [`RECORD_CLIENT_UNKNOWN`].
    pub async fn client_named(&self, service: &Service, identifier: &str) -> Result<Arc<Client>, Refusal> {
        let entities = self.ledger.entities();
        if identifier.chars().any(char::is_control) {
            return Err(RECORD_CLIENT_UNKNOWN);
        }
        if let Some(client) = entities.client_by_id(service.id, identifier).await? {
            return Ok(client);
        }
        let number = identifier.parse().ok().filter(|number| *number < ID_LIMIT);
        let found = match number {
            Some(number) => entities.client(ClientKey::new(number)).await?,
            None => None,
        };
        found.filter(|client| client.service == service.id).ok_or(RECORD_CLIENT_UNKNOWN)
    }
}
