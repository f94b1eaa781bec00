//! When tokens were last used: collected in memory, and written in batches behind the requests.
//!
//! A use touches one of many maps, under a lock that is held only for that, and copies nothing if the token is already in it. The
//! maps are bounded: uses that do not fit before the next write are not counted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::use_source::Source;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Token, TokenKind};
use jeton_model::scope::Scope;

/// For which tokens uses are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrackUse {
    /// API tokens.
    #[default]
    Api,
    /// Every kind.
    All,
    /// None.
    None,
}

const SHARDS: usize = 64;
/// How many tokens each shard holds between two writes.
const ROOM: usize = 2048;

/// The uses since the last write.
pub(crate) struct RecentUses {
    track: TrackUse,
    shards: [Mutex<HashMap<TokenId, Recent>>; SHARDS],
    /// Notified when a shard is nearly full.
    crowded: Notify,
}

/// The recent uses of one token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recent {
    pub(crate) last: Timestamp,
    pub(crate) count: u64,
    pub(crate) source: Source,
    /// The token's scope, and which of its first 64 words a use needed.
    scope: Scope,
    needed: u64,
    /// Scopes that were needed before the token's scope changed.
    before: Scope,
}

impl Recent {
    /// The scopes that these uses needed.
    pub(crate) fn scopes(&self) -> Scope {
        let words = self.scope.words().take(64).enumerate();
        let needed = Scope::from_words(words.filter(|(at, _)| self.needed & (1 << at) != 0).map(|(_, word)| word));
        needed.union(&self.before)
    }

    fn need(&mut self, scope: &Scope, needed: impl Fn(&str) -> bool) {
        if self.scope != *scope {
            self.before = self.scopes();
            (self.scope, self.needed) = (scope.clone(), 0);
        }
        let words = scope.words().take(64).enumerate();
        self.needed |= words.filter(|(_, word)| needed(word)).fold(0, |mask, (at, _)| mask | (1 << at));
    }
}

impl RecentUses {
    pub(crate) fn new(track: TrackUse) -> Self {
        Self { track, shards: std::array::from_fn(|_| Mutex::default()), crowded: Notify::new() }
    }

    /// Whether uses of this kind of token are recorded.
    pub(crate) fn tracks(&self, kind: TokenKind) -> bool {
        self.track == TrackUse::All || self.track == TrackUse::Api && kind == TokenKind::Api
    }

    /// Records a use of a token whose kind is [tracked](Self::tracks), and which of its scopes that needed.
    pub(crate) fn note(&self, token: &Token, at: Timestamp, source: Source, needed: impl Fn(&str) -> bool) {
        let mut shard = self.shard(token.id);
        let crowded = shard.len() >= ROOM / 2;
        match shard.entry(token.id) {
            Entry::Occupied(known) => {
                let known = known.into_mut();
                known.count += 1;
                if at >= known.last {
                    (known.last, known.source) = (at, source);
                }
                known.need(&token.scope, needed);
            }
            Entry::Vacant(place) => {
                if crowded {
                    self.crowded.notify_one();
                }
                let scope = token.scope.clone();
                let mut new = Recent { last: at, count: 1, source, scope, needed: 0, before: Scope::empty() };
                new.need(&token.scope, needed);
                place.insert(new);
            }
        }
        if shard.len() > ROOM {
            shard.remove(&token.id);
        }
    }

    /// Records that the latest use of such a token needed this scope, too.
    pub(crate) fn note_needed(&self, token: &Token, word: &str) {
        if let Some(known) = self.shard(token.id).get_mut(&token.id) {
            known.need(&token.scope, |other| other == word);
        }
    }

    /// The uses of a token since the last write.
    pub(crate) fn recent(&self, id: TokenId) -> Option<Recent> {
        self.shard(id).get(&id).cloned()
    }

    /// Takes everything out.
    pub(crate) fn take(&self) -> Vec<(TokenId, Recent)> {
        self.shards.iter().flat_map(|shard| std::mem::take(&mut *lock(shard))).collect()
    }

    /// Puts back uses that could not be written.
    pub(crate) fn put_back(&self, uses: Vec<(TokenId, Recent)>) {
        for (id, old) in uses {
            let mut shard = self.shard(id);
            let room = shard.len() < ROOM;
            match shard.entry(id) {
                Entry::Occupied(mut known) => {
                    let newer = known.get_mut();
                    newer.count += old.count;
                    newer.before = newer.before.union(&old.scopes());
                }
                Entry::Vacant(place) if room => drop(place.insert(old)),
                Entry::Vacant(_) => {}
            }
        }
    }

    /// Waits until uses should be written early.
    pub(crate) async fn crowded(&self) {
        self.crowded.notified().await;
    }

    #[expect(clippy::indexing_slicing, reason = "the remainder is below the length")]
    fn shard(&self, id: TokenId) -> MutexGuard<'_, HashMap<TokenId, Recent>> {
        lock(&self.shards[(id.get() % SHARDS as u64) as usize])
    }
}

fn lock<T>(shard: &Mutex<T>) -> MutexGuard<'_, T> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
