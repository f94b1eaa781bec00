//! The record of a suspension.

use std::collections::BTreeMap;
use std::time::Duration;

use super::CHANGED;
use jeton_jose::digest;
use serde_json::json;

use serde::{Deserialize, Serialize};

use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{
    Actor, DeclaredSingleUse, Document, DocumentKind, Event, EventKind, SingleUse, SingleUseKey,
};
use jeton_model::store::{EVENT_RETENTION, TokenFilter};

/// The entry claimed to decide about a suspension, or to work on it.
const SUSPENSION_TURN: DeclaredSingleUse = DeclaredSingleUse::new(31, "suspension_turn");

/// The single-use kinds of suspensions.
pub const SINGLE_USE_KINDS: &[DeclaredSingleUse] = &[SUSPENSION_TURN];

/// Many tokens that were suspended together, and the outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspension {
    /// Its number.
    pub id: u64,
    /// Its service.
    pub service: ServiceId,
    /// The filter's words as given; empty: every live token.
    pub words: BTreeMap<String, String>,
    /// Which tokens it covers.
    pub filter: TokenFilter,
    /// Why, as the caller gave it.
    pub reason: String,
    /// Who suspended them.
    pub actor: Actor,
    /// Since when; tokens issued later are not covered.
    pub from: Timestamp,
    /// The deadline: afterwards the tokens are revoked.
    pub until: Timestamp,
    /// How many live tokens it covered when it began.
    pub count: u64,
    /// Its stage.
    pub stage: Stage,
    /// How many live tokens there were to revoke when the revocation began.
    pub to_end: u64,
    /// Who undid it or ended it early; none: nobody, the deadline passed.
    pub decided_by: Option<Actor>,
    /// When it was undone, or when the last token was revoked.
    pub over: Option<Timestamp>,
}

/// The stages of a suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its tokens are inactive, reversibly.
    Suspended,
    /// Its tokens are being revoked.
    Ending,
    /// They are revoked.
    Ended,
    /// It was undone.
    Undone,
}

/// Owner of the documents of active ones.
pub const ACTIVE: &str = "active";
/// Owner of the documents of those that are over.
pub const OVER: &str = "over";

impl Suspension {
    /// Whether its tokens are inactive because of it.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.stage, Stage::Suspended | Stage::Ending)
    }

    /// The suspension in a document; none when it cannot be read, which is logged.
    pub fn of(document: &Document) -> Option<Self> {
        let read = Self::deserialize(&document.body);
        if let Err(error) = &read {
            tracing::error!(suspension = document.name, %error, "a stored suspension cannot be read");
        }
        read.ok()
    }

    /// The document that holds it.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn document(&self, id: DocumentId, updated: Timestamp) -> Result<Document, Refusal> {
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

    /// A single-use entry for one process to claim: to decide about the suspension, or to work on it.
    pub fn turn(&self, what: &str, now: jeton_model::Timestamp) -> SingleUse {
        let name = format!("suspension {} {what}", self.id);
        SingleUse {
            kind: SUSPENSION_TURN.kind,
            key: SingleUseKey(digest::sha256(name.as_bytes())),
            service: self.service,
            grant: None,
            expires: self.until + EVENT_RETENTION + Duration::from_secs(1),
            used: Some(now),
            payload: Vec::new(),
        }
    }

    /// The event that makes other nodes read the suspensions again.
    pub fn moved(&self, now: jeton_model::Timestamp) -> Event {
        let actor = self.decided_by.clone().unwrap_or(Actor::System);
        let mut event = Event::new(EventKind::DocumentChanged, now, Some(self.service), actor);
        event.detail = Some(CHANGED.to_owned());
        event
    }

    /// An event about it.
    pub fn event(&self, kind: EventKind, at: jeton_model::Timestamp, actor: jeton_model::records::Actor) -> Event {
        let mut event = Event::new(kind, at, Some(self.service), actor);
        let detail = json!({ "revocation": self.id, "why": self.reason, "count": self.count, "filter": self.words });
        event.detail = Some(detail.to_string());
        event
    }
}
