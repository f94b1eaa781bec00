//! What is kept of a suspension.

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

/// The right to decide what becomes of a suspension, or to work on it.
const SUSPENSION_TURN: DeclaredSingleUse = DeclaredSingleUse::new(31, "suspension_turn");

/// The single-use kinds of suspensions.
pub const SINGLE_USE_KINDS: &[DeclaredSingleUse] = &[SUSPENSION_TURN];

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
pub const ACTIVE: &str = "active";
/// Owner of the documents of those that are over.
pub const OVER: &str = "over";

impl Suspension {
    /// Whether its tokens are not good because of it.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.stage, Stage::Suspended | Stage::Ending)
    }

    /// The suspension in a document; none when it cannot be read, which the log says.
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

    /// An entry that one claims: to decide what becomes of it, or to work on it.
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

    /// The event that makes other nodes read the suspensions anew.
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
