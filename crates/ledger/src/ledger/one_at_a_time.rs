//! One authorization of a person at a client at a time ([`Plan::ends_earlier`]): a mint ends what the pair had before, in the same
//! commit.
//!
//! Mints of one pair take turns in this process, so that each sees what the one before it made. Two nodes can still mint for a
//! pair at the same moment, neither seeing the other's tokens. So on a shared store each looks again after its commit, before it
//! answers: the later of two commits sees both, and the tokens with the smaller numbers end.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::memory::Memory;
use super::revoke_many::{End, Own};
use super::{Ending, Family, Issued, Ledger, Plan};
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, GrantId, ServiceId};
use jeton_model::records::{Actor, Event, EventKind, Reason, Subject, Token, TokenKind};
use jeton_model::refusals::FAULT;
use jeton_model::store::{Command, Outcome, TokenFilter, Write};

/// The most earlier tokens that the commit of a mint ends. More are ended by commands before it.
const MOST: u32 = 64;

/// The note in the audit trail.
const WHY: &str = "superseded";

/// Locks for pairs; several pairs share one.
pub(super) struct Turns {
    hash: RandomState,
    locks: Vec<Arc<Mutex<()>>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { hash: RandomState::new(), locks: (0..64).map(|_| Arc::default()).collect() }
    }
}

impl Turns {
    /// The turn of these pairs. All take locks in the same order, so none waits for another in a circle.
    async fn of(&self, pairs: &[Pair]) -> Vec<OwnedMutexGuard<()>> {
        let at = |pair: &Pair| self.hash.hash_one((pair.client, &pair.subject)) % self.locks.len().max(1) as u64;
        let mut places: Vec<_> = pairs.iter().filter_map(|pair| usize::try_from(at(pair)).ok()).collect();
        places.sort_unstable();
        places.dedup();
        let mut turn = Vec::with_capacity(places.len());
        for lock in places.into_iter().filter_map(|at| self.locks.get(at)) {
            turn.push(Arc::clone(lock).lock_owned().await);
        }
        turn
    }
}

/// Whose tokens there is one authorization of.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Pair {
    service: ServiceId,
    client: ClientKey,
    subject: Subject,
}

impl Pair {
    fn live(&self, ledger: &Ledger) -> TokenFilter {
        TokenFilter {
            service: Some(self.service),
            kinds: vec![TokenKind::Access, TokenKind::Refresh],
            client: Some(self.client),
            subject: Some(self.subject.clone()),
            live_at: Some(ledger.now()),
            ..TokenFilter::default()
        }
    }
}

impl Ledger {
    /// The pair whose earlier tokens end with a plan's commit; none: nothing ends.
    pub(super) fn alone(&self, plan: &Plan) -> Option<Pair> {
        if !plan.ends_earlier || matches!(plan.family, Family::Existing(_)) {
            return None;
        }
        let (client, subject) = (plan.client.as_ref()?.key, plan.subject.clone()?);
        Some(Pair { service: plan.service.id, client, subject })
    }

    /// Applies the command of a mint, with the end of what these pairs had before.
    pub(super) async fn settle_alone(
        &self,
        pairs: Vec<Pair>,
        issued: &[Issued],
        mut command: Command,
        after: impl FnOnce(&Memory, u64) + Send + 'static,
    ) -> Result<Outcome, Refusal> {
        let turn = self.turns.of(&pairs).await;
        for pair in &pairs {
            let actor = Actor::Client(pair.client);
            let mut earlier = self.store.tokens_after(&pair.live(self), 0, MOST + 1).await?;
            if earlier.len() > MOST as usize {
                self.end_all(&pair.live(self), &Ending::new(Reason::Superseded, actor.clone()), &mut Own).await?;
                earlier = self.store.tokens_after(&pair.live(self), 0, MOST).await?;
            }
            command.writes.extend(self.ends_of(&earlier, &actor));
        }
        // The turn ends with the commit, also when the caller is gone.
        let store = self.store.clone();
        let task = tokio::spawn(async move {
            let outcome = store.settle(command, after).await;
            drop(turn);
            outcome
        });
        let outcome = task.await.map_err(|e| FAULT.because(e))??;
        if self.store.is_shared() && matches!(outcome, Outcome::Done { .. }) {
            for pair in &pairs {
                self.end_all_but_one(pair, issued, &Actor::Client(pair.client)).await?;
            }
        }
        Ok(outcome)
    }

    /// Of what two nodes minted at the same moment, ends all but the one with the greatest numbers.
    async fn end_all_but_one(&self, pair: &Pair, issued: &[Issued], actor: &Actor) -> Result<(), Refusal> {
        let own = |row: &Token| issued.iter().flat_map(|issued| &issued.tokens).any(|token| token.id == row.id);
        let live = self.store.tokens_after(&pair.live(self), 0, MOST).await?;
        let latest = live.last().map(|row| (own(row), row.grant, row.id));
        let Some((false, family, id)) = latest else {
            let others: Vec<_> = live.into_iter().filter(|row| !own(row)).collect();
            return self.end_these(&others, actor).await;
        };
        let lasts = |row: &Token| row.id == id || (family.is_some() && row.grant == family);
        let others: Vec<_> = live.into_iter().filter(|row| !lasts(row)).collect();
        self.end_these(&others, actor).await
    }

    async fn end_these(&self, rows: &[Token], actor: &Actor) -> Result<(), Refusal> {
        let ends: Vec<_> = rows.iter().map(|row| End { row, family: row.grant, why: Reason::Superseded }).collect();
        if ends.is_empty() { Ok(()) } else { self.end_together(&ends, actor, WHY).await }
    }

    /// The writes that end these tokens, each with its family.
    fn ends_of(&self, rows: &[Token], actor: &Actor) -> Vec<Write> {
        let (at, why) = (self.now(), Reason::Superseded);
        let mut families: Vec<GrantId> = rows.iter().filter_map(|row| row.grant).collect();
        families.sort_unstable();
        families.dedup();
        let single: Vec<_> = rows.iter().filter(|row| row.grant.is_none()).map(|row| row.id).collect();
        let Some(service) = rows.first().map(|row| row.service) else { return Vec::new() };
        let event = Event::new(EventKind::TokensRevoked, at, Some(service), actor.clone());
        let tokens = single.iter().map(|id| Write::RevokeToken { id: *id, at, why });
        let grants = families.iter().map(|id| Write::RevokeGrant { id: *id, at, why });
        tokens.chain(grants).chain([Write::Event(Box::new(event.concerning(WHY, &single, &families)))]).collect()
    }
}
