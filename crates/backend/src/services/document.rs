//! A service as its callers see it, and the scopes that its document describes.

use jeton_administration::Caller;
use jeton_ledger::catalog::ScopeRecord;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Document, Service};
use serde_json::{Map, Value, json};

use super::ServiceDocument;
use crate::Backend;

/// When a service was changed last, in milliseconds since 1970. Kept with the document; what a call sends for it is ignored.
const MODIFIED: &str = "modifiedAt";

/// A changed service, with the moment of the change; as the old one when nothing differs.
pub(super) fn stamped(mut new: Service, old: &Service, now: Timestamp) -> Service {
    let before = old.settings.other.get(MODIFIED).cloned();
    new.settings.other.extend(before.map(|at| (MODIFIED.to_owned(), at)));
    if new != *old {
        new.settings.other.insert(MODIFIED.to_owned(), now.millis().into());
    }
    new
}

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
            (MODIFIED, json!(service.created.millis())),
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
        ] {
            document.insert(name.to_owned(), value);
        }
        document
    }

    /// What describes the scopes of a document in the service's catalog, which consent pages and discovery read: those that it does
    /// not describe so already.
    pub(super) async fn described_scopes(
        &self,
        caller: &Caller,
        service: ServiceId,
        document: &ServiceDocument,
    ) -> Result<Vec<Document>, Refusal> {
        let catalog = self.ledger.entities().catalog(service);
        let mut records = Vec::new();
        for scope in document.scopes()?.unwrap_or_default() {
            let description = scope.description.unwrap_or_default();
            let known = catalog.scope(&scope.name);
            if known.is_some_and(|known| known.description == description || ScopeRecord::is_standard(&scope.name)) {
                continue;
            }
            let members = json!({ "name": scope.name, "description": description, "is_exposed": true });
            let Value::Object(members) = members else { continue };
            records.push(jeton_administration::read_scope(members)?);
        }
        self.administration.scope_documents(caller, service, &records).await
    }
}
