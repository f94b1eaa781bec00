//! Recording uses of tokens, writing them to the store, and reading them.

use std::collections::HashMap;

use super::Inspection;
use super::settle::Kept;
use crate::use_source::Source;
use crate::uses::{Recent, RecentUses, TrackUse};
use jeton_model::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::records::{Token, TokenKind, TokenUse};
use jeton_model::store::{Command, Write};

/// How many uses one command writes: more would delay other writes.
const TOGETHER: usize = 2000;

/// Uses that were taken out of memory and not written yet; they are put back when writing is cancelled.
struct Unwritten<'a> {
    uses: &'a RecentUses,
    left: Vec<(TokenId, Recent)>,
}

impl Drop for Unwritten<'_> {
    fn drop(&mut self) {
        self.uses.put_back(std::mem::take(&mut self.left));
    }
}

/// When tokens were last used. From [`Ledger::uses`](super::Ledger::uses).
pub struct Uses {
    store: Kept,
    recent: RecentUses,
}

impl Uses {
    pub(super) fn new(track: TrackUse, store: Kept) -> Self {
        Self { store, recent: RecentUses::new(track) }
    }

    /// Records that a valid token was used, and which of its scopes that needed. Cheap: nothing is written now, and nothing is
    /// computed for kinds that are not recorded.
    pub fn mark(&self, token: &Token, from: impl Into<Source>, needed: impl Fn(&str) -> bool) {
        if self.recent.tracks(token.kind) {
            self.recent.note(token, self.store.memory.clock.now(), from.into(), needed);
        }
    }

    /// Records that the use for which a token was just admitted needed this scope.
    pub fn mark_needed(&self, live: &Inspection, scope: &str) {
        if self.recent.tracks(live.token.kind) {
            self.recent.note_needed(&live.token, scope);
        }
    }

    /// Whether uses of this kind of token are recorded.
    #[must_use]
    pub fn tracks(&self, kind: TokenKind) -> bool {
        self.recent.tracks(kind)
    }

    /// Waits until there are so many uses that they should be written now.
    pub async fn crowded(&self) {
        self.recent.crowded().await;
    }

    /// Writes the uses since the last call; returns for how many tokens. Uses that cannot be written are kept for the next call:
    /// after a failure with an unknown outcome a use may be counted twice, but it is never lost.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn flush(&self) -> Result<usize, Refusal> {
        let mut unwritten = Unwritten { uses: &self.recent, left: self.recent.take() };
        let count = unwritten.left.len();
        while !unwritten.left.is_empty() {
            let rest = unwritten.left.len().saturating_sub(TOGETHER);
            let mut writes = Vec::with_capacity(TOGETHER.min(count));
            for (id, recent) in unwritten.left.iter().skip(rest) {
                writes.push(Write::Used(Box::new(self.record_of(*id, recent).await)));
            }
            // From here on the store completes the write, even if the caller is dropped.
            let now = unwritten.left.split_off(rest);
            if let Err(failed) = self.store.apply(Command::of(writes)).await {
                unwritten.left.extend(now);
                return Err(failed);
            }
        }
        Ok(count)
    }

    /// The recorded uses of these tokens, written or not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(&self, tokens: &[TokenId]) -> Result<HashMap<TokenId, TokenUse>, Refusal> {
        let mut found: HashMap<_, _> = self.store.uses(tokens).await?.into_iter().map(|one| (one.token, one)).collect();
        for id in tokens {
            let Some(recent) = self.recent.recent(*id) else { continue };
            let recent = self.record_of(*id, &recent).await;
            match found.get_mut(id) {
                Some(known) => known.add(&recent),
                None => drop(found.insert(*id, recent)),
            }
        }
        Ok(found)
    }

    async fn record_of(&self, token: TokenId, recent: &Recent) -> TokenUse {
        let source = match recent.source {
            Source::Network(network) => network.to_string(),
            // A deleted client has no name any more.
            Source::Client(key) => match self.store.memory.entities.client(key).await {
                Ok(Some(client)) => client.client_id.to_string(),
                _ => format!("client {key}"),
            },
            Source::Unknown => "unknown".to_owned(),
        };
        let scopes = recent.scopes();
        TokenUse { token, last: recent.last, count: recent.count, source: source.into(), scopes }
    }
}
