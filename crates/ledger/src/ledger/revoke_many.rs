//! Revoke many: end every token that a filter matches.
//!
//! It continues when its caller disconnects. It uses small commands and rests between them for as long as the last one took, so
//! that other writers have at least half of the store's time and wait for at most one small command. When it is stopped, what was
//! revoked stays revoked; the same call revokes the rest.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Ending, Ledger};
use jeton_model::Refusal;
use jeton_model::ids::GrantId;
use jeton_model::records::{Actor, Event, EventKind, Reason, Token};
use jeton_model::refusals::FAULT;
use jeton_model::store::{TokenFilter, Write};

/// How many tokens one command ends. The store applies a command as a whole, and other writes wait for it: on PostgreSQL 256 took
/// 16 ms, and issuing a token then took five times as long as otherwise (`docs/performance.md`).
pub(super) const COMMAND: usize = 32;

/// The shortest and the longest rest between two commands.
const REST: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(250));

/// How many tokens are read at once.
pub(super) const READ: u32 = 512;

/// Asked before each command whether to continue.
pub trait Turn: Send {
    /// Whether this process should still do the work.
    fn has_come(&mut self) -> impl Future<Output = Result<bool, Refusal>> + Send;
}

/// For work that one caller requested from this process.
pub(super) struct Own;

impl Turn for Own {
    async fn has_come(&mut self) -> Result<bool, Refusal> {
        Ok(true)
    }
}

/// One row that ends, by itself or with its family, and why.
#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    pub(super) row: &'a Token,
    pub(super) family: Option<GrantId>,
    pub(super) why: Reason,
}

impl Ledger {
    /// Ends every live token that the filter matches, and with each refresh token its family, unless `ending` limits that.
    /// Returns how many it found; a token that ended with its family before it was reached is not counted.
    ///
    /// Every matching token that was acknowledged before the call has ended when it returns. A token minted meanwhile may be
    /// ended or not, and is visited at most once.
    ///
    /// # Errors
    /// When the store fails; then some have ended and others have not, and the same call ends the rest.
    pub async fn revoke_matching(self: &Arc<Self>, mut filter: TokenFilter, ending: Ending) -> Result<u64, Refusal> {
        filter.live_at = filter.live_at.or_else(|| Some(self.now()));
        let ledger = Arc::clone(self);
        let task = tokio::spawn(async move { ledger.end_all(&filter, &ending, &mut Own).await });
        let found = task.await.map_err(|e| FAULT.because(e))??;
        Ok(found.unwrap_or_default())
    }

    /// Ends all tokens that the filter matches, in commands of [`COMMAND`] rows with a rest after each. Returns how many it
    /// found; none when `Turn` stopped it.
    ///
    /// # Errors
    /// As [`Self::revoke_matching`].
    pub async fn end_all(
        &self,
        filter: &TokenFilter,
        ending: &Ending,
        turn: &mut impl Turn,
    ) -> Result<Option<u64>, Refusal> {
        let note = ending.note.as_deref().unwrap_or_default();
        let (mut after, mut found, mut rest) = (0, 0, Duration::ZERO);
        loop {
            let rows = self.store.tokens_after(filter, after, READ).await?;
            let Some(last) = rows.last() else { return Ok(Some(found)) };
            after = last.id.get();
            for some in rows.chunks(COMMAND) {
                if !turn.has_come().await? {
                    return Ok(None);
                }
                if !rest.is_zero() {
                    sleep(rest).await;
                }
                let begun = Instant::now();
                let ends: Vec<_> = some.iter().map(|row| end_of(row, ending)).collect();
                self.end_together(&ends, &ending.actor, note).await?;
                rest = begun.elapsed().clamp(REST.0, REST.1);
                found += some.len() as u64;
            }
        }
    }

    /// Ends these by one command, with one event for all of them.
    pub(super) async fn end_together(&self, ends: &[End<'_>], actor: &Actor, note: &str) -> Result<(), Refusal> {
        let at = self.now();
        let (mut tokens, mut grants) = (Vec::with_capacity(ends.len()), BTreeSet::new());
        let mut writes = Vec::with_capacity(ends.len() + 1);
        for &End { row, family, why } in ends {
            match family {
                Some(id) if grants.insert(id) => writes.push(Write::RevokeGrant { id, at, why }),
                Some(_) => {}
                None => {
                    tokens.push(row.id);
                    writes.push(Write::RevokeToken { id: row.id, at, why });
                    self.end_writes(row, &mut writes).await?;
                }
            }
        }
        let grants: Vec<_> = grants.into_iter().collect();
        let service = ends.first().map(|end| end.row.service);
        let event = Event::new(EventKind::TokensRevoked, at, service, actor.clone());
        writes.push(Write::Event(Box::new(event.concerning(note, &tokens, &grants))));
        self.applied(writes).await?;
        ends.iter().filter(|end| end.family.is_none()).for_each(|end| self.tell_ended(end.row));
        Ok(())
    }
}

fn end_of<'a>(row: &'a Token, ending: &Ending) -> End<'a> {
    End { row, family: ending.family_of(row), why: ending.why }
}
