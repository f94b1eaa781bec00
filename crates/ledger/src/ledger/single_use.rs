//! What may be presented only once: the `jti` of an assertion.
//!
//! An entry is claimed in the command that writes the tokens for the assertion, or in a command of its own. This process caches
//! the claims it has seen for a while, so that it can refuse a replay without reading the store; the store's answer is decisive.

use jeton_jose::digest;
use quick_cache::sync::Cache;

use super::settle::Kept;
use crate::refusals::ASSERTION_REPLAYED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{DeclaredSingleUse, SingleUse, SingleUseKey};
use jeton_model::store::{Command, Outcome, Precondition};

/// `jti` of an assertion. An entry has no payload; it can be written by an unauthenticated request if the client is one that
/// anybody could register.
pub const ASSERTION_ID: DeclaredSingleUse =
    DeclaredSingleUse::new(4, "assertion_id").open_to_unauthenticated(0, 16 << 20);

/// How many claims are cached.
const REMEMBERED: usize = 100_000;

/// Single-use values that were presented. From [`Ledger::single_use`](super::Ledger::single_use).
pub struct SingleUses {
    store: Kept,
    /// Claims that this process has seen.
    seen: Cache<SingleUseKey, ()>,
}

/// The key of an assertion: `parts` have fixed lengths and identify it in the whole installation. None of them may depend on its
/// signature, which others than the signer can encode differently.
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
    /// [`ASSERTION_REPLAYED`] when it is already claimed, or when the store fails.
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

    /// Whether this process knows that it was claimed; `false` proves nothing.
    pub fn is_used_up(&self, entry: &SingleUse) -> bool {
        self.seen.get(&entry.key).is_some()
    }

    /// Whether an entry was claimed under a key of a form that is no longer made.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn was_used_up(&self, formerly: SingleUseKey) -> Result<bool, Refusal> {
        let found = self.store.single_use(ASSERTION_ID.kind, formerly).await?;
        Ok(found.is_some_and(|entry| entry.expires > self.store.memory.clock.now()))
    }

    /// Records that it was claimed, here or elsewhere.
    pub(super) fn saw(&self, key: SingleUseKey) {
        self.seen.insert(key, ());
    }
}
