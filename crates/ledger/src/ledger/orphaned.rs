//! Revokes the tokens that have ended only because of the tokens they were exchanged from.
//!
//! Nothing is written to the row of an exchanged token when its subject token or the family behind it ends (`descent.rs`), and
//! lists and their totals read rows. So a list of live tokens that finds such a row revokes it, together with all others that
//! were exchanged for the same token. A token whose subject token is only suspended, or whose client is only disabled, has not
//! ended, and lists keep it.

use std::collections::{BTreeMap, BTreeSet};

use super::Ledger;
use super::descent::{InvalidLineage, subject_of};
use super::revoke_many::{COMMAND, End, READ};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Actor, Token};
use jeton_model::store::TokenFilter;

/// The note in the audit trail.
const WHY: &str = "what it was exchanged from has ended";

impl Ledger {
    /// Revokes those of these live rows that have ended because of what they were exchanged from, and the others exchanged for
    /// the same tokens. Returns whether there were any. Rows that were not exchanged cost nothing.
    pub(super) async fn end_orphaned(&self, rows: &[Token]) -> Result<bool, Refusal> {
        let now = self.now();
        let (mut orphaned, mut subjects) = (BTreeMap::new(), BTreeSet::new());
        for row in rows {
            if let Some(end) = self.orphaned(row, now).await? {
                orphaned.insert(row.id, end);
                subjects.extend(subject_of(row));
            }
        }
        let Some(service) = orphaned.values().next().map(|end| end.row.service) else { return Ok(false) };
        let mut siblings = Vec::new();
        for subject in subjects {
            let filter = TokenFilter {
                service: Some(service),
                parent: Some(subject),
                live_at: Some(now),
                ..TokenFilter::default()
            };
            siblings.extend(self.store.tokens_after(&filter, 0, READ).await?);
        }
        for row in &siblings {
            if let Some(end) = self.orphaned(row, now).await? {
                orphaned.insert(row.id, end);
            }
        }
        let all: Vec<_> = orphaned.into_values().collect();
        for some in all.chunks(COMMAND) {
            self.end_together(some, &Actor::System, WHY).await?;
        }
        Ok(true)
    }

    /// How a row that has not ended by itself has ended because of what it was exchanged from, if it has.
    pub(super) async fn orphaned<'a>(&self, row: &'a Token, now: Timestamp) -> Result<Option<End<'a>>, Refusal> {
        if row.details.as_ref().is_some_and(|details| details.descends)
            && let Some(id) = row.grant
            && let Some(family) = self.grant(id).await?
            && let Some(InvalidLineage::Ended(why)) = self.invalid_lineage_of_family(&family, now).await?
        {
            return Ok(Some(End { row, family: Some(id), why }));
        }
        let Some(subject) = subject_of(row) else { return Ok(None) };
        match self.invalid_lineage_of(row, subject, now).await? {
            Some(InvalidLineage::Ended(why)) => Ok(Some(End { row, family: None, why })),
            Some(InvalidLineage::Temporary(_)) | None => Ok(None),
        }
    }
}
