//! Revoke many: end every token that a filter matches.
//!
//! It goes on when its caller hangs up, in small commands, and rests between them for as long as the last one took: whoever else
//! writes then has at least half of the store's time, and waits for one small command at most. What it has done stays done
//! when it is stopped half-way; asking again does the rest.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Ledger;
use crate::model::{Actor, Event, EventKind, Reason, Token, TokenKind};
use crate::refusal::Refusal;
use crate::store::{TokenFilter, Write};

/// How many tokens one command ends. A store writes a command at once, and what others want meanwhile with it: on PostgreSQL
/// 256 took 16 ms, and issuing a token then waited five times as long as otherwise (`docs/performance.md`).
pub(crate) const COMMAND: usize = 32;

/// The shortest and the longest rest between two commands.
const REST: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(250));

/// How many tokens are read at once.
pub(crate) const READ: u32 = 512;

/// What ends together with a refresh token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Its family: the access tokens made from it too.
    #[default]
    Family,
    /// Nothing else. Access tokens live on until they expire.
    Token,
}

/// Why tokens are ended, on whose word, and how far that reaches.
#[derive(Clone, Debug)]
pub struct Ending {
    /// What each row says.
    pub why: Reason,
    /// Who caused it.
    pub actor: Actor,
    /// What the audit trail says, never a secret.
    pub reason: String,
    /// What ends with a refresh token.
    pub reach: Reach,
}

impl Ledger {
    /// Ends every live token that the filter matches, and with each refresh token its family. Returns how many of them it
    /// found; one that died with its family before its turn came is not among them.
    ///
    /// Whatever was acknowledged before the call is ended when it returns. A token minted meanwhile may be ended or not, and
    /// is met at most once. `reason` is for the audit trail.
    ///
    /// # Errors
    /// When the store fails; then some are ended and some may not be, and the same call does the rest.
    pub async fn revoke_matching(
        self: &Arc<Self>,
        filter: TokenFilter,
        why: Reason,
        actor: Actor,
        reason: &str,
    ) -> Result<u64, Refusal> {
        self.end_matching(filter, Ending { why, actor, reason: reason.to_owned(), reach: Reach::Family }).await
    }

    /// The same, as far as `ending` says.
    ///
    /// # Errors
    /// As [`Self::revoke_matching`].
    pub async fn end_matching(self: &Arc<Self>, mut filter: TokenFilter, ending: Ending) -> Result<u64, Refusal> {
        filter.live_at = filter.live_at.or_else(|| Some(self.now()));
        let ledger = Arc::clone(self);
        let task = tokio::spawn(async move { ledger.end_all(&filter, &ending).await });
        task.await.map_err(|e| Refusal::Fault(Box::new(e)))?
    }

    async fn end_all(&self, filter: &TokenFilter, ending: &Ending) -> Result<u64, Refusal> {
        let (mut after, mut found, mut rest) = (0, 0, Duration::ZERO);
        loop {
            let rows = self.store.tokens_after(filter, after, READ).await?;
            let Some(last) = rows.last() else { return Ok(found) };
            after = last.id.get();
            for some in rows.chunks(COMMAND) {
                self.end_some(some, ending, &mut rest).await?;
                found += some.len() as u64;
            }
        }
    }

    /// One command, after a rest that the one before it earned: zero before the first. `rest` becomes that of the next.
    pub(crate) async fn end_some(&self, rows: &[Token], ending: &Ending, rest: &mut Duration) -> Result<(), Refusal> {
        if !rest.is_zero() {
            sleep(*rest).await;
        }
        let begun = Instant::now();
        self.end_these(rows, ending).await?;
        *rest = begun.elapsed().clamp(REST.0, REST.1);
        Ok(())
    }

    /// The tokens, their families, and one event that names them all.
    async fn end_these(&self, rows: &[Token], ending: &Ending) -> Result<(), Refusal> {
        let (at, why) = (self.now(), ending.why);
        let (mut tokens, mut grants) = (Vec::with_capacity(rows.len()), HashSet::new());
        let mut writes = Vec::with_capacity(rows.len() + 1);
        for row in rows {
            match (row.kind, row.grant, ending.reach) {
                (TokenKind::Refresh, Some(grant), Reach::Family) => {
                    if grants.insert(grant) {
                        writes.push(Write::RevokeGrant { id: grant, at, why });
                    }
                }
                _ => {
                    tokens.push(row.id);
                    writes.push(Write::RevokeToken { id: row.id, at, why });
                }
            }
            self.end_writes(row, &mut writes).await?;
        }
        let grants: Vec<_> = grants.into_iter().collect();
        let service = rows.first().map(|row| row.service);
        let event = Event::new(EventKind::TokensRevoked, at, service, ending.actor.clone());
        writes.push(Write::Event(Box::new(event.concerning(&ending.reason, &tokens, &grants))));
        self.applied(writes).await?;
        rows.iter().for_each(|row| self.tell_ended(row));
        Ok(())
    }
}
