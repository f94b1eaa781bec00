//! How the request of a record named its client, where not by the client id (`docs/contracts/authlete.md` section 2.1).

use jeton_oauth::client_alias;
use serde_json::{Map, Value};

use super::Record;

/// How the request of a record named its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// By its alias.
    pub by_alias: bool,
    /// By its entity id (OpenID Federation).
    pub by_entity_id: bool,
    /// By the address of its metadata document.
    pub by_metadata_document: bool,
}

const ENTITY_ID: &str = "client_entity_id_used";
const METADATA_DOCUMENT: &str = "metadata_document_used";

impl Named {
    /// As the details of the record keep it.
    pub(super) fn members(self) -> Map<String, Value> {
        let mut members = Map::new();
        if self.by_alias {
            client_alias::note(&mut members);
        }
        let others = [(ENTITY_ID, self.by_entity_id), (METADATA_DOCUMENT, self.by_metadata_document)];
        members.extend(others.into_iter().filter(|(_, is)| *is).map(|(name, is)| (name.to_owned(), is.into())));
        members
    }

    /// That of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let Some(kept) = record.kept() else { return Self::default() };
        let says = |name: &str| kept.get(name) == Some(&Value::Bool(true));
        Self {
            by_alias: client_alias::was_noted(kept),
            by_entity_id: says(ENTITY_ID),
            by_metadata_document: says(METADATA_DOCUMENT),
        }
    }
}
