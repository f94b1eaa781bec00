//! Which rows a batch looks at before it writes.

use std::collections::BTreeSet;

use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::{SingleUse, SingleUseKey, SingleUseKind};
use jeton_model::store::{Command, Precondition, Write};

use super::known_record::RecordId;

/// Kind number and key of a single-use entry, in the order of its table's key.
pub(super) type SingleUseId = (i16, SingleUseKey);

pub(super) fn single_use_id(kind: SingleUseKind, key: SingleUseKey) -> SingleUseId {
    (kind.sql(), key)
}

pub(super) fn id_of(entry: &SingleUse) -> SingleUseId {
    single_use_id(entry.kind, entry.key)
}

/// The keys of rows to lock. They are ordered: two transactions that lock in the same order cannot wait for each other
/// in a circle.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub(super) single_use: BTreeSet<SingleUseId>,
    pub(super) tokens: BTreeSet<TokenId>,
    /// Families that end.
    pub(super) grants: BTreeSet<GrantId>,
    /// Families that change.
    pub(super) amended: BTreeSet<GrantId>,
    /// Families that get tokens: they must not end meanwhile. (The families of locked tokens are included.)
    pub(super) families: BTreeSet<GrantId>,
    /// Records that must be as they were read.
    pub(super) records: BTreeSet<RecordId>,
}

impl Needs {
    /// Of these commands. New single-use entries have random keys, so only a `careful` second attempt looks whether
    /// something is there already.
    pub(super) fn of(commands: &[&Command], careful: bool) -> Self {
        let mut needs = Self::default();
        for command in commands {
            if let Some(when) = &command.when {
                needs.precondition(when);
            }
            for write in &command.writes {
                needs.write(write, careful);
                if let Write::Token { token, .. } = write {
                    needs.families.extend(token.grant.filter(|id| !makes(command, *id)));
                }
            }
        }
        needs
    }

    pub(super) fn is_empty(&self) -> bool {
        let rows = self.single_use.is_empty() && self.tokens.is_empty() && self.grants.is_empty();
        rows && self.amended.is_empty() && self.families.is_empty() && self.records.is_empty()
    }

    fn precondition(&mut self, when: &Precondition) {
        match when {
            Precondition::Consume { kind, key, .. } => {
                self.single_use.insert(single_use_id(*kind, *key));
            }
            Precondition::Claim(entry) => {
                self.single_use.insert(id_of(entry));
            }
            Precondition::Rotate { token, .. } | Precondition::Active(token) => {
                self.tokens.insert(*token);
            }
            Precondition::Unchanged(records) => self.records.extend(records.iter().map(RecordId::of)),
        }
    }

    fn write(&mut self, write: &Write, careful: bool) {
        match write {
            Write::RevokeToken { id, .. } | Write::AmendToken { id, .. } => {
                self.tokens.insert(*id);
            }
            Write::RevokeGrant { id, .. } => {
                self.grants.insert(*id);
            }
            Write::AmendGrant { id, .. } => {
                self.amended.insert(*id);
            }
            Write::SingleUse(entry) if careful => {
                self.single_use.insert(id_of(entry));
            }
            _ => {}
        }
    }
}

/// Whether a command makes this family itself.
fn makes(command: &Command, id: GrantId) -> bool {
    command.writes.iter().any(|write| matches!(write, Write::Grant(grant) if grant.id == id))
}
