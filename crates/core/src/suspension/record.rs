//! What is kept of a suspension.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{DocumentId, ServiceId};
use crate::model::{Actor, Document, DocumentKind};
use crate::refusal::Refusal;
use crate::store::TokenFilter;

/// Many tokens that were suspended together, and what became of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspension {
    /// Its number.
    pub id: u64,
    /// Its service.
    pub service: ServiceId,
    /// What was said of the tokens, word by word; empty: every live one.
    pub words: BTreeMap<String, String>,
    /// Which tokens that means.
    pub filter: TokenFilter,
    /// Why, in somebody's words.
    pub reason: String,
    /// Who ordered it.
    pub actor: Actor,
    /// Since when; tokens issued later are not meant.
    pub from: Timestamp,
    /// When the time to undo it is over and the tokens are revoked.
    pub until: Timestamp,
    /// How many live tokens it meant when it began.
    pub count: u64,
    /// Where it is in its life.
    pub stage: Stage,
    /// How many live tokens there were to end when the ending began.
    pub to_end: u64,
    /// Who undid it or ended it early; none: nobody, its time was over.
    pub decided_by: Option<Actor>,
    /// When it was undone, or when the last token was revoked.
    pub over: Option<Timestamp>,
}

/// Where a suspension is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its tokens are not good, and can be good again.
    Suspended,
    /// Its tokens are being revoked.
    Ending,
    /// They are revoked.
    Ended,
    /// It was undone.
    Undone,
}

/// Owner of the documents of active ones.
pub(super) const ACTIVE: &str = "active";
/// Owner of the documents of those that are over.
pub(super) const OVER: &str = "over";

impl Suspension {
    /// Whether its tokens are not good because of it.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.stage, Stage::Suspended | Stage::Ending)
    }

    pub(super) fn of(document: &Document) -> Option<Self> {
        let read = Self::deserialize(&document.body);
        if let Err(error) = &read {
            tracing::error!(suspension = document.name, %error, "a stored suspension cannot be read");
        }
        read.ok()
    }

    pub(super) fn document(&self, id: DocumentId, updated: Timestamp) -> Result<Document, Refusal> {
        Ok(Document {
            id,
            service: self.service,
            kind: DocumentKind::Suspension,
            owner: if self.is_active() { ACTIVE } else { OVER }.to_owned(),
            name: self.id.to_string(),
            updated,
            body: serde_json::to_value(self)?,
        })
    }
}
