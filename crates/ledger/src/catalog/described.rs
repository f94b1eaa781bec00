//! The documents that describe a service's catalog, by kind.

use std::sync::Arc;

use super::Catalog;
use jeton_model::records::{Document, DocumentKind};

/// The documents of one service.
#[derive(Default)]
pub(crate) struct Described {
    scopes: Vec<Document>,
    claims: Vec<Document>,
    groups: Vec<Document>,
    policies: Vec<Document>,
}

impl Described {
    /// The kinds of documents that a catalog is made of.
    pub(crate) const KINDS: [DocumentKind; 4] =
        [DocumentKind::Scope, DocumentKind::Claim, DocumentKind::Group, DocumentKind::ScopePolicy];

    /// Adds documents of these kinds.
    pub(crate) fn add(&mut self, documents: impl IntoIterator<Item = Document>) {
        for document in documents {
            match document.kind {
                DocumentKind::Scope => self.scopes.push(document),
                DocumentKind::Claim => self.claims.push(document),
                DocumentKind::Group => self.groups.push(document),
                DocumentKind::ScopePolicy => self.policies.push(document),
                _ => {}
            }
        }
    }

    /// Their catalog; none for a service that has the standard one.
    pub(crate) fn catalog(self) -> Option<Arc<Catalog>> {
        let Self { scopes, claims, groups, policies } = self;
        if scopes.is_empty() && claims.is_empty() && groups.is_empty() && policies.is_empty() {
            return None;
        }
        Some(Arc::new(Catalog::of(&scopes, &claims).with_groups(&groups).with_policies(&policies)))
    }
}
