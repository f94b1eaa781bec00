//! The alias of a client: a document leads from it to the client.

use jeton_model::Refusal;
use jeton_model::ids::DocumentId;
use jeton_model::records::{Client, Document, DocumentKind};
use jeton_model::refusals::CONFLICT;
use jeton_model::store::Write;
use jeton_oauth::client_alias;

use super::alias_claim;
use crate::Backend;

/// The alias that must be found: one that equals the client id is found anyway.
fn to_find(client: &Client) -> Option<&str> {
    let alias = client.backend.as_ref()?.alias.as_deref()?;
    (alias != client.client_id.as_str()).then_some(alias)
}

impl Backend {
    /// The writes that make the alias of `new` lead to it, and the one of `old` to nothing.
    ///
    /// # Errors
    /// [`CONFLICT`] when another client has that alias or that client id.
    pub(super) async fn alias_writes(&self, old: Option<&Client>, new: Option<&Client>) -> Result<Vec<Write>, Refusal> {
        let (before, after) = (old.and_then(to_find), new.and_then(to_find));
        let mut writes = Vec::new();
        if before == after {
            return Ok(writes);
        }
        if let (Some(alias), Some(client)) = (before, old) {
            let found = self.alias(client, alias).await?;
            if let Some(found) = found.filter(|found| alias_claim::holder(found) == client.key.get()) {
                writes.extend([alias_claim::released(client, &found), Write::DeleteDocument(found.id)]);
            }
        }
        if let (Some(alias), Some(client)) = (after, new) {
            let named = self.ledger.entities().client_by_id(client.service, alias).await?;
            let holder = client_alias::with_alias(&self.ledger, client.service, alias).await?;
            if named.into_iter().chain(holder).any(|other| other.key != client.key) {
                return Err(CONFLICT.with("clientIdAlias"));
            }
            // A document that is left of a client that is gone.
            let left = self.alias(client, alias).await?;
            let before = left.as_ref().map_or(0, alias_claim::holder);
            let id = match &left {
                Some(left) => left.id,
                None => DocumentId::new(self.ledger.new_number().await?),
            };
            // Of several that found the alias free at the same time, one writes the claim.
            writes.push(alias_claim::claimed(client, alias, before, self.ledger.now()));
            writes.extend(left.map(|left| alias_claim::released(client, &left)));
            let document = Document {
                id,
                service: client.service,
                kind: DocumentKind::ClientAlias,
                owner: String::new(),
                name: alias.to_owned(),
                updated: self.ledger.now(),
                body: alias_claim::body(client, before),
            };
            writes.push(Write::Document(Box::new(document)));
        }
        Ok(writes)
    }

    async fn alias(&self, client: &Client, alias: &str) -> Result<Option<Document>, Refusal> {
        Ok(self.ledger.store().document(client.service, DocumentKind::ClientAlias, "", alias).await?)
    }
}
