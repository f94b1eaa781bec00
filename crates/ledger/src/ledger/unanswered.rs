//! Uses of codes and refresh tokens whose answer never reached the client.
//!
//! A code or refresh token that is presented again ends its family, because it may have been stolen. But when the answer to its
//! first use was lost, because the store failed during the commit or the client disconnected before its end, it is the same
//! client that presents it again, and nobody has the issued tokens. The ledger does not know which kinds of single-use entries
//! end something when they are presented again: it watches each use that is to issue tokens, and code that reads the entry again
//! may ask. An unanswered use is cached, and written as an entry as soon as the store answers, so that other nodes and this one
//! after a restart know it. The entry's key contains the time or the successor of that very use: a use that was answered never
//! has one, and its replay ends the family as usual.
//!
//! Between the failure and the entry there is a gap in which another node, or this one after a crash, knows nothing of it. Then
//! the family ends, whose tokens no client received.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::digest;

use super::Replies;
use super::memory::Memory;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{DeclaredSingleUse, SingleUse, SingleUseKey};
use jeton_model::store::{Precondition, Write};

/// A use whose answer never reached its client.
pub(super) const UNANSWERED: DeclaredSingleUse = DeclaredSingleUse::new(41, "unanswered");

/// How long an unanswered use is known: as long as a client may retry.
const LIFETIME: Duration = Duration::from_secs(86_400);

/// A use whose repetition may end a family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    key: SingleUseKey,
    service: ServiceId,
}

impl Use {
    /// The use in a command with this precondition, if it is to issue tokens.
    pub(super) fn of(when: &Precondition, writes: &[Write]) -> Option<Self> {
        let key = match when {
            Precondition::Consume { key, now, .. } => of_entry(*key, *now),
            Precondition::Rotate { token, to, .. } => of_rotation(*token, *to),
            _ => return None,
        };
        let service = writes.iter().find_map(|write| match write {
            Write::Token { token, .. } => Some(token.service),
            _ => None,
        })?;
        Some(Self { key, service })
    }
}

/// Watches a use until it is answered. When dropped before, it records that the use was not answered.
pub(super) struct Watch(Option<(Use, Arc<Memory>)>);

impl Watch {
    pub(super) fn over(used: Use, memory: &Arc<Memory>) -> Self {
        Self(Some((used, Arc::clone(memory))))
    }

    /// The waiting caller knows the outcome.
    pub(super) fn answered(mut self) {
        self.0 = None;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let Some((Use { key, service }, memory)) = self.0.take() else { return };
        memory.reconciliation.unanswered.note(key);
        let now = memory.clock.now();
        let entry = SingleUse {
            kind: UNANSWERED.kind,
            key,
            service,
            grant: None,
            expires: now + LIFETIME,
            used: Some(now),
            payload: Vec::new(),
        };
        memory.reconcile_later(|left| left.unanswered.push(entry));
    }
}

impl Replies<'_> {
    /// Whether the answer to the use of a single-use entry that was to issue tokens never reached its client.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn was_use_unanswered(&self, entry: &SingleUse) -> Result<bool, Refusal> {
        match entry.used {
            Some(at) => self.was_unanswered(of_entry(entry.key, at)).await,
            None => Ok(false),
        }
    }

    /// Whether the answer to a refresh token's rotation never reached its client.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn was_rotation_unanswered(&self, token: TokenId, to: TokenId) -> Result<bool, Refusal> {
        self.was_unanswered(of_rotation(token, to)).await
    }

    async fn was_unanswered(&self, key: SingleUseKey) -> Result<bool, Refusal> {
        if self.ledger.store.memory.reconciliation.unanswered.knows(key) {
            return Ok(true);
        }
        let entry = self.ledger.store.single_use(UNANSWERED.kind, key).await?;
        Ok(entry.is_some_and(|entry| entry.expires > self.ledger.now()))
    }
}

/// The label says "code" because it is stored and cannot change.
fn of_entry(key: SingleUseKey, used: Timestamp) -> SingleUseKey {
    SingleUseKey(digest::sha256(&[b"unanswered code\0", &key.0[..], &used.millis().to_be_bytes()].concat()))
}

fn of_rotation(token: TokenId, to: TokenId) -> SingleUseKey {
    let parts = [&b"unanswered rotation\0"[..], &token.get().to_be_bytes(), &to.get().to_be_bytes()];
    SingleUseKey(digest::sha256(&parts.concat()))
}
