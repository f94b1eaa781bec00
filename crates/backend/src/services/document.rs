//! A service as its callers see it, and the scopes that its document describes.

use jeton_administration::Caller;
use jeton_ledger::catalog::ScopeRecord;
use jeton_model::Refusal;
use jeton_model::records::Service;
use serde_json::{Map, Value, json};

use super::ServiceDocument;
use crate::Backend;

impl Backend {
    /// The document of a service: what was written, and what the server knows.
    #[must_use]
    pub fn service_document(&self, service: &Service) -> Map<String, Value> {
        let settings = &service.settings;
        let mut document = settings.other.clone();
        let seconds = |life: std::time::Duration| json!(life.as_secs());
        let usual = [
            ("serviceName", json!(service.name)),
            ("accessTokenDuration", seconds(settings.access_token_lifetime)),
            ("refreshTokenDuration", seconds(settings.refresh_token_lifetime)),
            ("idTokenDuration", seconds(settings.id_token_lifetime)),
            ("accessTokenType", json!(settings.backend.access_token_type.as_deref().unwrap_or("Bearer"))),
        ];
        for (name, value) in usual {
            document.entry(name).or_insert(value);
        }
        let id = service.id.get();
        for (name, value) in [
            ("number", json!(id)),
            ("apiKey", json!(id)),
            ("issuer", json!(&*service.issuer)),
            ("createdAt", json!(service.created.millis())),
            ("modifiedAt", json!(service.created.millis())),
        ] {
            document.insert(name.to_owned(), value);
        }
        document
    }

    /// Describes the scopes of a document in the service's catalog: consent pages and discovery read it.
    pub(super) async fn describe_scopes(
        &self,
        caller: &Caller,
        service: &Service,
        document: &ServiceDocument,
    ) -> Result<(), Refusal> {
        let wanted = document.scopes()?.unwrap_or_default();
        let catalog = self.ledger.entities().catalog(service.id);
        for scope in &wanted {
            let known = catalog.scope(&scope.name);
            let description = scope.description.clone().unwrap_or_default();
            if known.is_some_and(|known| known.description == description || ScopeRecord::is_standard(&scope.name)) {
                continue;
            }
            let members = json!({ "name": scope.name, "description": description, "is_exposed": true });
            let Value::Object(members) = members else { continue };
            let record = jeton_administration::read_scope(members)?;
            self.administration.put_scope(caller, service.id, record, known.is_some()).await?;
        }
        Ok(())
    }
}
