//! Ends for good what has ended only by what it was exchanged from.
//!
//! Nothing is written into the row of an exchanged token when its subject token or the family behind it ends (`descent.rs`), and
//! lists and their totals read rows. So a list of live tokens ends such a row when it meets it, with all others that were
//! exchanged for the same token. What merely rests, because a subject token is suspended or a client switched off, has not ended,
//! as it has not in any other list.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::descent::{Fall, subject_of};
use super::{COMMAND, Ledger, READ};
use crate::clock::Timestamp;
use crate::ids::{GrantId, TokenId};
use crate::model::{Actor, Event, EventKind, Reason, Token};
use crate::refusal::Refusal;
use crate::store::{TokenFilter, Write};

/// What the audit trail says.
const WHY: &str = "what it was exchanged from has ended";

/// What ends: a token, or its whole family.
#[derive(Clone, Copy)]
enum Fallen {
    Token(Reason),
    Family(GrantId, Reason),
}

impl Ledger {
    /// Ends those of these live rows that have ended by what they were exchanged from, and their siblings. Returns whether there
    /// were any. Rows that were not exchanged cost nothing.
    pub(super) async fn end_fallen(&self, rows: &[Token]) -> Result<bool, Refusal> {
        let now = self.now();
        let (mut fallen, mut subjects) = (BTreeMap::new(), BTreeSet::new());
        for row in rows {
            if let Some(fall) = self.fallen(row, now).await? {
                fallen.insert(row.id, (row, fall));
                subjects.extend(subject_of(row));
            }
        }
        let Some(service) = fallen.values().next().map(|(row, _)| row.service) else { return Ok(false) };
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
            if let Some(fall) = self.fallen(row, now).await? {
                fallen.insert(row.id, (row, fall));
            }
        }
        let all: Vec<_> = fallen.into_values().collect();
        for some in all.chunks(COMMAND) {
            self.end_these_fallen(some, now).await?;
        }
        Ok(true)
    }

    /// Whether a row that has not ended by itself has ended by what it was exchanged from.
    pub(crate) async fn has_fallen(&self, row: &Token) -> Result<bool, Refusal> {
        Ok(self.fallen(row, self.now()).await?.is_some())
    }

    async fn fallen(&self, row: &Token, now: Timestamp) -> Result<Option<Fallen>, Refusal> {
        if row.details.as_ref().is_some_and(|details| details.descends)
            && let Some(id) = row.grant
            && let Some(family) = self.grant(id).await?
            && let Some(Fall::Ended(why)) = self.fall_of_family(&family, now).await?
        {
            return Ok(Some(Fallen::Family(id, why)));
        }
        match self.fall_of(row, now).await? {
            Some(Fall::Ended(why)) => Ok(Some(Fallen::Token(why))),
            Some(Fall::Rests(_)) | None => Ok(None),
        }
    }

    async fn end_these_fallen(&self, rows: &[(&Token, Fallen)], at: Timestamp) -> Result<(), Refusal> {
        let (mut tokens, mut grants) = (Vec::<TokenId>::new(), HashSet::new());
        let mut writes = Vec::with_capacity(rows.len() + 1);
        for (row, fallen) in rows {
            match *fallen {
                Fallen::Token(why) => {
                    tokens.push(row.id);
                    writes.push(Write::RevokeToken { id: row.id, at, why });
                }
                Fallen::Family(id, why) if grants.insert(id) => writes.push(Write::RevokeGrant { id, at, why }),
                Fallen::Family(..) => {}
            }
        }
        let grants: Vec<_> = grants.into_iter().collect();
        let service = rows.first().map(|(row, _)| row.service);
        let event = Event::new(EventKind::TokensRevoked, at, service, Actor::System);
        writes.push(Write::Event(Box::new(event.concerning(WHY, &tokens, &grants))));
        self.applied(writes).await.map(drop)
    }
}
