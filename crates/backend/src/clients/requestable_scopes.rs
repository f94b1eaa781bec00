//! The scopes that a client may request at most.

use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::records::{BackendClient, Client, Service};

use super::write::with_scopes;
use crate::Backend;
use crate::access::ApiCaller;

impl Backend {
    /// Limits the scopes that a client may request, or lifts the limit. Scopes that the service does not have are kept: they count
    /// as soon as it has them.
    ///
    /// # Errors
    /// `RECORD_CLIENT_UNKNOWN`, `AUTHORITY_EXCEEDED`.
    pub async fn set_requestable_scopes(
        &self,
        caller: &ApiCaller,
        service: &Service,
        client: &Client,
        scopes: Option<Vec<String>>,
    ) -> Result<Arc<Client>, Refusal> {
        let caller = caller.administrator(service.id);
        self.change_managed(&caller, client, |old| {
            let mut own = old.backend.as_deref().cloned().unwrap_or_else(BackendClient::default);
            own.requestable_scopes.clone_from(&scopes);
            let client = Client { backend: Some(Box::new(own)), ..old.clone() };
            Ok((with_scopes(service, &client), None))
        })
        .await
    }
}
