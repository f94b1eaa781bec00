//! What the configuration file says of its services, on this node: a call cannot change it, since reading the file again would change
//! it back.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::refusals::INVALID;
use serde_json::{Map, Value};

use super::{DeclaredService, ServiceDocument};
use crate::Backend;

/// The members that the file says, by service.
#[derive(Default)]
pub(crate) struct Declared(RwLock<HashMap<ServiceId, Map<String, Value>>>);

impl Declared {
    /// Records what the file says of a service.
    pub(super) fn set(&self, service: &DeclaredService) {
        let mut members = service.document.members().clone();
        members.extend(service.name.clone().map(|name| ("serviceName".to_owned(), name.into())));
        // A map is whole even after a panic elsewhere.
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(service.id, members);
    }

    fn of(&self, service: ServiceId) -> Map<String, Value> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&service).cloned().unwrap_or_default()
    }
}

impl Backend {
    /// A document that a call writes, with the members that the file says where it has none.
    ///
    /// # Errors
    /// [`INVALID`] for a member that the file says otherwise.
    pub(super) fn under_the_file(&self, id: ServiceId, document: &ServiceDocument) -> Result<ServiceDocument, Refusal> {
        let said = if self.credentials.declare(id) { self.declared.of(id) } else { Map::new() };
        let sent = document.members();
        match said.iter().find(|(name, value)| sent.get(*name).is_some_and(|sent| sent != *value)) {
            None => Ok(document.with(said)),
            Some((name, _)) => Err(INVALID.with(format!(
                "`{name}` is what [[service]] in Jeton's configuration says: change it there, or leave it out"
            ))),
        }
    }
}
