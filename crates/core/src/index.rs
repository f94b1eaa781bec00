//! The bounded in-memory index of tokens and grants, with read-through on a miss.
//!
//! It never answers with something older than the last write of this process: a reader that fills in a row it read from
//! the store notes the row's epoch before and after; whoever changes a row raises the epoch first, so a stale row is
//! taken out again by the reader that put it in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;

use crate::ids::{GrantId, TokenId};
use crate::model::{Grant, Token};
use crate::store::{Store, StoreError};

const EPOCHS: usize = 16_384;

pub(crate) struct Index {
    tokens: Cache<TokenId, Arc<Token>>,
    grants: Cache<GrantId, Arc<Grant>>,
    epochs: Vec<AtomicU64>,
}

impl Index {
    /// An empty index that holds at most `max_tokens` tokens and a quarter as many grants.
    pub(crate) fn new(max_tokens: usize) -> Self {
        Self {
            tokens: bounded(max_tokens),
            grants: bounded(max_tokens / 4 + 1),
            epochs: (0..EPOCHS).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// A token, from memory or from the store.
    pub(crate) async fn token(&self, store: &dyn Store, id: TokenId) -> Result<Option<Arc<Token>>, StoreError> {
        if let Some(found) = self.tokens.get(&id) {
            return Ok(Some(found));
        }
        let before = self.epoch(id.get());
        let Some(row) = store.token(id).await?.map(Arc::new) else { return Ok(None) };
        self.tokens.insert(id, Arc::clone(&row));
        if self.epoch(id.get()) != before {
            self.tokens.remove(&id);
        }
        Ok(Some(row))
    }

    /// A grant, from memory or from the store.
    pub(crate) async fn grant(&self, store: &dyn Store, id: GrantId) -> Result<Option<Arc<Grant>>, StoreError> {
        if let Some(found) = self.grants.get(&id) {
            return Ok(Some(found));
        }
        let before = self.epoch(id.get());
        let Some(row) = store.grant(id).await?.map(Arc::new) else { return Ok(None) };
        self.grants.insert(id, Arc::clone(&row));
        if self.epoch(id.get()) != before {
            self.grants.remove(&id);
        }
        Ok(Some(row))
    }

    /// Where a token's epoch stands, to be taken before it is written.
    pub(crate) fn mark(&self, id: TokenId) -> u64 {
        self.epoch(id.get())
    }

    /// A token that was just written and is durable, with the mark taken before: whoever changed it since wins.
    pub(crate) fn add_token(&self, token: Arc<Token>, mark: u64) {
        let id = token.id;
        self.tokens.insert(id, token);
        if self.epoch(id.get()) != mark {
            self.tokens.remove(&id);
        }
    }

    /// A grant that was just written and is durable.
    pub(crate) fn add_grant(&self, grant: Arc<Grant>) {
        self.grants.insert(grant.id, grant);
    }

    /// A token was changed in the store: what is known of it is void, unless the caller knows the new row.
    pub(crate) fn token_changed(&self, id: TokenId, now: Option<Arc<Token>>) {
        self.raise(id.get());
        match now {
            Some(row) => self.tokens.insert(id, row),
            None => drop(self.tokens.remove(&id)),
        }
    }

    /// A grant was changed in the store.
    pub(crate) fn grant_changed(&self, id: GrantId) {
        self.raise(id.get());
        self.grants.remove(&id);
    }

    /// How many tokens are in memory.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    fn epoch(&self, id: u64) -> u64 {
        self.cell(id).load(Ordering::SeqCst)
    }

    fn raise(&self, id: u64) {
        self.cell(id).fetch_add(1, Ordering::SeqCst);
    }

    #[expect(clippy::indexing_slicing, reason = "the remainder is below the length, which is never zero")]
    fn cell(&self, id: u64) -> &AtomicU64 {
        &self.epochs[(id % EPOCHS as u64) as usize]
    }
}

/// A cache that starts small, whatever its bound.
fn bounded<K: Eq + std::hash::Hash + Clone, V: Clone>(max: usize) -> Cache<K, V> {
    Cache::with_weighter(max.clamp(16, 10_000), max.max(16) as u64, quick_cache::UnitWeighter)
}
