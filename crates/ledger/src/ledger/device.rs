//! A device's record with what its tokens are: both change in one commit, so that neither is ever ahead of the other.

use super::{Ending, Ledger};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::{Device, Event, EventKind};
use jeton_model::store::{Command, GrantChange, Outcome, Precondition, Write};

/// A new version of a device's record, and what ends with the old one.
#[derive(Clone, Debug)]
pub struct DeviceChange {
    /// The record as it was read; none: the device is new, and its name must be free.
    pub read: Option<Device>,
    /// The record to write.
    pub new: Device,
    /// Families that end.
    pub families: Vec<GrantId>,
    /// Single tokens that end.
    pub tokens: Vec<TokenId>,
    /// A family that stays, until this time instead of its own.
    pub extends: Option<(GrantId, Timestamp)>,
    /// Why these end, and by whom. Its note tells what happened to the device; without one the audit trail reports only the ends.
    pub ending: Ending,
}

impl DeviceChange {
    /// The condition under which it is written.
    pub(super) fn precondition(&self) -> Option<Precondition> {
        self.read.clone().map(Precondition::unchanged)
    }

    /// What is written.
    pub(super) fn writes(&self, at: Timestamp) -> Vec<Write> {
        let Self { new, families, tokens, ending, .. } = self;
        let (why, service) = (ending.why, Some(new.service));
        let event = |kind| Event::new(kind, at, service, ending.actor.clone());
        let mut writes = vec![Write::Device(Box::new(new.clone()))];
        writes.extend(families.iter().map(|&id| Write::RevokeGrant { id, at, why }));
        writes.extend(tokens.iter().map(|&id| Write::RevokeToken { id, at, why }));
        if let Some((id, until)) = self.extends {
            let change = GrantChange { expires: Some(Some(until)), ..GrantChange::default() };
            writes.push(Write::AmendGrant { id, change: Box::new(change) });
            let mut event = event(EventKind::GrantAmended);
            event.grant = Some(id);
            writes.push(Write::Event(Box::new(event)));
        }
        if !(families.is_empty() && tokens.is_empty()) {
            let note = ending.note.as_deref().unwrap_or("replaced");
            writes.push(Write::Event(Box::new(event(EventKind::TokensRevoked).concerning(note, tokens, families))));
        }
        if let Some(note) = &ending.note {
            let mut event = event(EventKind::DeviceChanged);
            event.user = new.owner;
            event.detail = Some(format!("{}: {note}", new.name));
            writes.push(Write::Event(Box::new(event)));
        }
        writes
    }
}

impl Ledger {
    /// Changes a device's record and ends what ends with that. `more`: writes of the same commit that concern no token. Returns
    /// whether it was done; not when the record has changed since it was read, or the name is in use.
    ///
    /// # Errors
    /// When the store fails; then it is unknown whether it was done.
    pub async fn change_device(&self, change: DeviceChange, more: Vec<Write>) -> Result<bool, Refusal> {
        let mut writes = change.writes(self.now());
        writes.extend(more);
        match self.store.apply(Command { when: change.precondition(), writes }).await? {
            Outcome::Done { .. } => Ok(true),
            // It has changed, or its name is taken: this precondition fails in no other way.
            Outcome::Lost(_) => Ok(false),
        }
    }
}
