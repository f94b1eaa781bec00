//! Recording uses, writing them, reading them.

use std::collections::HashMap;

use super::Inspection;
use super::settle::Kept;
use crate::use_source::Source;
use crate::uses::{Recent, RecentUses, TrackUse};
use jeton_model::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::records::{Token, TokenKind, TokenUse};
use jeton_model::store::{Command, Write};

/// How many uses one command writes: more would keep other writes waiting.
const TOGETHER: usize = 2000;

/// Uses that were taken out and not written yet; they go back when the writing is given up.
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

    /// Notes that a valid token was used, and which words of its scope that needed. Cheap: nothing is written now, and of a kind
    /// whose uses nobody records nothing is asked.
    pub fn mark(&self, token: &Token, from: impl Into<Source>, needed: impl Fn(&str) -> bool) {
        if self.recent.tracks(token.kind) {
            self.recent.note(token, self.store.memory.clock.now(), from.into(), needed);
        }
    }

    /// Notes that the use for which a token was just admitted needed this word of its scope.
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

    /// Writes the uses since the last writing; returns of how many tokens. What cannot be written waits for the next time:
    /// a failure whose outcome is unknown may count a use twice, never not at all.
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
            // From here on the store finishes it, whatever becomes of the caller.
            let now = unwritten.left.split_off(rest);
            if let Err(failed) = self.store.apply(Command::of(writes)).await {
                unwritten.left.extend(now);
                return Err(failed);
            }
        }
        Ok(count)
    }

    /// What is known of these tokens' use, written or not.
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
            // A client that is gone has no name any more.
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
