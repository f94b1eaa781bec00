//! The bounded in-memory index of tokens and grants, with read-through on a miss.
//!
//! It never returns anything older than the last write of this process. Each row belongs to a cell with an epoch under a lock. A
//! reader or writer notes the epoch before it reads or writes a row, and caches the row only if the epoch is unchanged. A change
//! of a row raises the epoch and replaces the row under the same lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;

use jeton_model::ids::{GrantId, ServiceId, TokenId};
use jeton_model::records::{Grant, Token};
use jeton_model::store::{StoreError, StoreReads};

const EPOCHS: usize = 16_384;

pub(crate) struct TokenCache {
    tokens: Cache<TokenId, Arc<Token>>,
    grants: Cache<GrantId, Arc<Grant>>,
    epochs: Vec<Mutex<u64>>,
}

impl TokenCache {
    /// An empty index that holds at most `max_tokens` tokens and a quarter as many grants.
    pub(crate) fn new(max_tokens: usize) -> Self {
        Self {
            tokens: bounded(max_tokens),
            grants: bounded(max_tokens / 4 + 1),
            epochs: (0..EPOCHS).map(|_| Mutex::new(0)).collect(),
        }
    }

    /// A token, from memory or from the store.
    pub(crate) async fn token(&self, store: &dyn StoreReads, id: TokenId) -> Result<Option<Arc<Token>>, StoreError> {
        match self.tokens.get(&id) {
            Some(found) => Ok(Some(found)),
            None => self.read(store, id).await,
        }
    }

    /// The same of one service. A token of another one is read from the store even when it is in memory, as one that does not
    /// exist is: the time of the answer does not tell them apart.
    pub(crate) async fn token_of(
        &self,
        store: &dyn StoreReads,
        service: ServiceId,
        id: TokenId,
    ) -> Result<Option<Arc<Token>>, StoreError> {
        match self.tokens.get(&id) {
            Some(found) if found.service == service => Ok(Some(found)),
            _ => Ok(self.read(store, id).await?.filter(|token| token.service == service)),
        }
    }

    async fn read(&self, store: &dyn StoreReads, id: TokenId) -> Result<Option<Arc<Token>>, StoreError> {
        let mark = self.mark(id);
        let Some(row) = store.token(id).await?.map(Arc::new) else { return Ok(None) };
        self.add_token(Arc::clone(&row), mark);
        Ok(Some(row))
    }

    /// A grant, from memory or from the store.
    pub(crate) async fn grant(&self, store: &dyn StoreReads, id: GrantId) -> Result<Option<Arc<Grant>>, StoreError> {
        if let Some(found) = self.grants.get(&id) {
            return Ok(Some(found));
        }
        let mark = self.mark_grant(id);
        let Some(row) = store.grant(id).await?.map(Arc::new) else { return Ok(None) };
        self.add_grant(Arc::clone(&row), mark);
        Ok(Some(row))
    }

    /// A token's current epoch, to be taken before the token is read or written.
    pub(crate) fn mark(&self, id: TokenId) -> u64 {
        *self.cell(id.get())
    }

    /// A grant's current epoch, to be taken before the grant is read or written.
    pub(crate) fn mark_grant(&self, id: GrantId) -> u64 {
        *self.cell(id.get())
    }

    /// Caches a token as the store holds it, unless it was changed after `mark` was taken.
    pub(crate) fn add_token(&self, token: Arc<Token>, mark: u64) {
        let epoch = self.cell(token.id.get());
        if *epoch == mark {
            self.tokens.insert(token.id, token);
        }
    }

    /// Caches a grant as the store holds it, unless it was changed after `mark` was taken.
    pub(crate) fn add_grant(&self, grant: Arc<Grant>, mark: u64) {
        let epoch = self.cell(grant.id.get());
        if *epoch == mark {
            self.grants.insert(grant.id, grant);
        }
    }

    /// A token was changed in the store: its cached row is removed, or replaced if the caller knows the new row.
    pub(crate) fn token_changed(&self, id: TokenId, now: Option<Arc<Token>>) {
        let mut epoch = self.cell(id.get());
        *epoch += 1;
        match now {
            Some(row) => self.tokens.insert(id, row),
            None => drop(self.tokens.remove(&id)),
        }
    }

    /// A grant was changed in the store.
    pub(crate) fn grant_changed(&self, id: GrantId) {
        let mut epoch = self.cell(id.get());
        *epoch += 1;
        self.grants.remove(&id);
    }

    /// How many tokens are in memory.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    #[expect(clippy::indexing_slicing, reason = "the remainder is below the length, which is never zero")]
    fn cell(&self, id: u64) -> MutexGuard<'_, u64> {
        self.epochs[(id % EPOCHS as u64) as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cache that starts small, whatever its bound.
fn bounded<K: Eq + std::hash::Hash + Clone, V: Clone>(max: usize) -> Cache<K, V> {
    Cache::with_weighter(max.clamp(16, 10_000), max.max(16) as u64, quick_cache::UnitWeighter)
}
