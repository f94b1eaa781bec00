//! What the lists still lack, in memory.

use std::collections::{HashMap, HashSet};

use jeton_model::records::{Grant, Token};

use crate::rows::block::{Block, RowKind};
use crate::rows::ended::Ended;
use crate::rows::live::LiveRow;
use crate::rows::owner::Owner;
use crate::rows::token_list::{Entry, Listed};
use crate::single_use_tail::Name;

/// Tokens and grants that were written and are not yet in `token_list` and `zone`.
pub(super) struct Tail {
    /// Rows of the lists, in the order of writing.
    pub(super) entries: Vec<Entry>,
    /// The earliest expiry of each block. After a rollback it may be earlier than the true one, which is allowed.
    pub(super) blocks: HashMap<Block, i64>,
    /// The block that was lowered last: neighbours arrive one after another.
    lowered: Option<(Block, i64)>,
    /// Single-use entries, in the order of writing.
    pub(super) single_uses: Vec<(Name, i64)>,
    /// Tokens that were live when they were written, in the order of writing.
    pub(super) living: Vec<LiveRow>,
    /// What ended, in the order of ending.
    pub(super) ends: Vec<Ended>,
    /// The last row of `ended` that is in it.
    pub(super) ended_through: i64,
    /// Tokens whose expiry was amended. After a rollback there may be others, which does no harm.
    pub(super) moved: HashSet<i64>,
    /// Whether some of it was listed before.
    pub(super) recovered: bool,
    /// The least id in it.
    pub(super) first: i64,
    /// The greatest id in it.
    pub(super) last: i64,
}

/// How much was in a tail.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    entries: usize,
    single_uses: usize,
    living: usize,
    ends: usize,
}

impl Default for Tail {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            single_uses: Vec::new(),
            blocks: HashMap::new(),
            lowered: None,
            living: Vec::new(),
            ends: Vec::new(),
            ended_through: 0,
            moved: HashSet::new(),
            recovered: false,
            first: i64::MAX,
            last: 0,
        }
    }
}

impl Tail {
    /// Adds a token.
    pub(super) fn token(&mut self, token: &Token) {
        let id = token.id.sql();
        self.entries.extend(Owner::of(token).map(|owner| Entry { owner, id }));
        self.living.extend(LiveRow::of(token));
        self.reach(id);
        if let Some(expires) = token.expires {
            self.expiry(Block::of(RowKind::Token, id), expires.millis());
        }
    }

    /// Adds a token that was written before.
    pub(super) fn listed(&mut self, token: Listed) {
        self.reach(token.id);
        if let Some(expires) = token.expires {
            self.expiry(Block::of(RowKind::Token, token.id), expires);
        }
        self.entries.extend(token.entries);
        self.living.extend(token.active.then_some(token.living));
        self.recovered = true;
    }

    /// Adds a grant.
    pub(super) fn grant(&mut self, grant: &Grant) {
        if let Some(expires) = grant.expires {
            self.expiry(Block::of(RowKind::Grant, grant.id.sql()), expires.millis());
        }
        self.reach(grant.id.sql());
    }

    /// Adds a single-use entry.
    pub(super) fn single_use(&mut self, name: Name, seq: i64, expires: i64) {
        self.single_uses.push((name, seq));
        self.expiry(Block::of(RowKind::SingleUse, seq), expires);
    }

    /// What is in it, for [`Self::cut`].
    pub(super) fn mark(&self) -> Mark {
        Mark {
            entries: self.entries.len(),
            single_uses: self.single_uses.len(),
            living: self.living.len(),
            ends: self.ends.len(),
        }
    }

    /// Removes what was added after the mark.
    pub(super) fn cut(&mut self, mark: Mark) {
        self.entries.truncate(mark.entries);
        self.single_uses.truncate(mark.single_uses);
        self.living.truncate(mark.living);
        self.ends.truncate(mark.ends);
    }

    /// What ended since the mark.
    pub(super) fn ends_since(&self, mark: Mark) -> &[Ended] {
        self.ends.get(mark.ends..).unwrap_or_default()
    }

    fn reach(&mut self, id: i64) {
        self.first = self.first.min(id);
        self.last = self.last.max(id);
    }

    /// Adds the expiry of a row to its block.
    pub(super) fn expiry(&mut self, block: Block, expires: i64) {
        if self.lowered.is_some_and(|(last, earliest)| last == block && earliest <= expires) {
            return;
        }
        let earliest = self.blocks.entry(block).and_modify(|e| *e = expires.min(*e)).or_insert(expires);
        self.lowered = Some((block, *earliest));
    }

    /// An empty one that has room already: fresh memory costs more than what is written into it.
    pub(super) fn with_room(
        mut entries: Vec<Entry>,
        mut single_uses: Vec<(Name, i64)>,
        mut living: Vec<LiveRow>,
        mut ends: Vec<Ended>,
    ) -> Self {
        entries.clear();
        single_uses.clear();
        living.clear();
        ends.clear();
        Self { entries, single_uses, living, ends, ..Self::default() }
    }

    /// How much there is to write.
    pub(super) fn len(&self) -> usize {
        self.entries.len() + self.single_uses.len() + self.blocks.len() + self.living.len() + self.ends.len()
    }
}
