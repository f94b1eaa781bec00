//! What may be presented once: the `jti` of an assertion.
//!
//! An entry is claimed in the command that writes what the assertion led to, or in one of its own. What this process has seen
//! claimed it remembers for a while, so that a replay here is refused without asking the store; the store's answer is the one
//! that counts.

use jeton_jose::digest;
use quick_cache::sync::Cache;

use super::settle::Kept;
use crate::refusals::ASSERTION_REPLAYED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{DeclaredSingleUse, SingleUse, SingleUseKey};
use jeton_model::store::{Command, Outcome, Precondition};

/// `jti` of an assertion. An entry has no payload; whoever has proven nothing has one written when their client is one that
/// anybody could register.
pub const ASSERTION_ID: DeclaredSingleUse = DeclaredSingleUse::new(4, "assertion_id").open_to_strangers(0, 16 << 20);

/// How many are remembered.
const REMEMBERED: usize = 100_000;

/// What was presented and may not be again. From [`Ledger::single_use`](super::Ledger::single_use).
pub struct SingleUses {
    store: Kept,
    /// What this process has seen claimed.
    seen: Cache<SingleUseKey, ()>,
}

/// The name of an assertion: `parts` have fixed lengths and name it among all of the installation. None of them may depend on
/// its signature, which others than the signer can write in another way.
pub fn name(parts: &[&[u8]]) -> SingleUseKey {
    SingleUseKey(digest::sha256(&parts.concat()))
}

/// The claim of an assertion.
pub fn assertion(service: ServiceId, key: SingleUseKey, now: Timestamp, expires: Timestamp) -> SingleUse {
    SingleUse { kind: ASSERTION_ID.kind, key, service, grant: None, expires, used: Some(now), payload: Vec::new() }
}

impl SingleUses {
    pub(super) fn new(store: Kept) -> Self {
        Self { store, seen: Cache::new(REMEMBERED) }
    }

    /// Claims an entry, durably.
    ///
    /// # Errors
    /// [`ASSERTION_REPLAYED`] when somebody has, or the store fails.
    pub async fn use_up(&self, entry: SingleUse) -> Result<(), Refusal> {
        let key = entry.key;
        let command = Command { when: Some(Precondition::Claim(Box::new(entry))), writes: Vec::new() };
        let outcome = self.store.apply(command).await?;
        self.saw(key);
        match outcome {
            Outcome::Done { .. } => Ok(()),
            Outcome::Lost(_) => Err(ASSERTION_REPLAYED),
        }
    }

    /// Whether this process knows that it was claimed. No means nothing.
    pub fn is_used_up(&self, entry: &SingleUse) -> bool {
        self.seen.get(&entry.key).is_some()
    }

    /// Whether a name that is not given any more was claimed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn was_used_up(&self, formerly: SingleUseKey) -> Result<bool, Refusal> {
        let found = self.store.single_use(ASSERTION_ID.kind, formerly).await?;
        Ok(found.is_some_and(|entry| entry.expires > self.store.memory.clock.now()))
    }

    /// It has been claimed, here or elsewhere.
    pub(super) fn saw(&self, key: SingleUseKey) {
        self.seen.insert(key, ());
    }
}
