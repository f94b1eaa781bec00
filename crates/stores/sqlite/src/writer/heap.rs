//! A sorted batch of the tail that is being written into the lists.
//!
//! In stages: the tokens of each owner; single-use entries; live tokens, owner by owner; and last the ended ones, since
//! a token may have ended before it was listed. Each step can be repeated, so after a failure everything starts again.

use std::collections::{HashMap, HashSet};

use jeton_model::ids::TokenId;

use super::session::Session;
use super::tail::Tail;
use crate::fault::Done;
use crate::rows::block::Block;
use crate::rows::ended::{self, Ended};
use crate::rows::live::{self, Class, LiveRow, Row};
use crate::rows::token_list::{self, Entry};
use crate::rows::{counter::Counter, grant};
use crate::single_use_tail::Name;

/// Rows read or written between two looks at the time.
pub(super) const STEP: usize = 128;

/// Rows removed between two checks: each may touch a separate page.
const SHORT_STEP: usize = 32;

/// Rows of what ended that are gathered before they are removed.
const MANY_ROWS: usize = 65_536;

/// So much in one heap means that much is written.
const LARGE: usize = 16_384;

/// The part.
pub(super) struct Heap {
    entries: Vec<Entry>,
    single_uses: Vec<(Name, i64)>,
    living: Vec<LiveRow>,
    ends: Vec<Ended>,
    /// The last row of `ended` that it has.
    ended_through: i64,
    /// Tokens whose expiry was amended since they were written.
    moved: HashSet<i64>,
    /// Families that were checked, and whether they are active.
    families: HashMap<i64, bool>,
    /// Room for the rows of the next class.
    rows: Vec<Row>,
    blocks: Vec<(Block, i64)>,
    stage: Stage,
    is_large: bool,
    /// The least id in it.
    pub(super) first: i64,
    /// The greatest id in it.
    pub(super) last: i64,
}

/// How far it is.
enum Stage {
    /// So many entries are written.
    Entries(usize),
    /// So many single-use entries are.
    SingleUses(usize),
    /// The families of this many tokens are known.
    Families(usize),
    /// The first rows of live tokens are written, of the owners of one class.
    Live { class: Class, rows: Vec<Row>, written: usize },
    /// The rows of this many ends are known, and for the next family those of its members up to this id.
    Ends { known: usize, member: i64, rows: Vec<Row> },
    /// So many of those rows are removed, in their order.
    Removing { known: usize, member: i64, rows: Vec<Row>, removed: usize },
    /// All is.
    Done,
}

impl Heap {
    /// Sorts a tail.
    pub(super) fn new(tail: Tail) -> Self {
        let is_large = tail.len() >= LARGE;
        let Tail { mut entries, mut single_uses, mut living, mut ends, moved, blocks, .. } = tail;
        if !tail.recovered {
            cancel(&mut living, &mut ends, &moved);
        }
        entries.sort_unstable();
        single_uses.sort_unstable_by_key(|((_, key), _)| *key);
        ends.sort_unstable();
        ends.dedup();
        let mut blocks: Vec<_> = blocks.into_iter().collect();
        blocks.sort_unstable();
        let (ended_through, first, last) = (tail.ended_through, tail.first, tail.last);
        let (stage, families, rows) = (Stage::Entries(0), HashMap::new(), Vec::new());
        Self {
            entries,
            single_uses,
            living,
            ends,
            ended_through,
            moved,
            families,
            rows,
            blocks,
            stage,
            is_large,
            first,
            last,
        }
    }

    /// An empty tail, with the room that this one had if it was large: much is written now.
    pub(super) fn into_tail(self) -> Tail {
        let Self { entries, single_uses, living, ends, .. } = self;
        if self.is_large { Tail::with_room(entries, single_uses, living, ends) } else { Tail::default() }
    }

    /// How much is in it.
    pub(super) fn len(&self) -> usize {
        self.entries.len() + self.single_uses.len() + self.living.len() + self.ends.len()
    }

    /// Whether all is written.
    pub(super) const fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done)
    }

    /// Starts again: what was written since the last commit was rolled back.
    pub(super) fn restart(&mut self) {
        self.stage = Stage::Entries(0);
    }

    /// The last place of a single-use entry.
    pub(super) fn last_single_use(&self) -> i64 {
        self.single_uses.iter().map(|(_, seq)| *seq).max().unwrap_or(0)
    }

    /// Its single-use entries.
    pub(super) fn single_uses(&self) -> &[(Name, i64)] {
        &self.single_uses
    }

    /// Forgets tokens that were removed.
    pub(super) fn forget(&mut self, gone: &HashSet<i64>) {
        let kept = |listed: usize, before: usize| before - listed.min(before);
        match &mut self.stage {
            Stage::Entries(written) => {
                let listed = (*written).min(self.entries.len());
                self.entries.drain(..listed);
                *written = kept(listed, *written);
            }
            Stage::Live { rows, written, .. } => {
                rows.drain(..(*written).min(rows.len()));
                *written = 0;
                rows.retain(|row| !gone.contains(&row.key.id));
            }
            // Looked at again, which costs little.
            Stage::Families(known) => *known = 0,
            Stage::SingleUses(_) | Stage::Ends { .. } | Stage::Removing { .. } | Stage::Done => {}
        }
        self.entries.retain(|entry| !gone.contains(&entry.id));
        self.living.retain(|token| !gone.contains(&token.id));
    }

    /// Does a step.
    pub(super) fn step(&mut self, session: &mut Session<'_>) -> Done<()> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Entries(written) => {
                let rest = self.entries.get(written..).unwrap_or_default();
                session.lists.add(rest.get(..STEP).unwrap_or(rest))?;
                self.stage = if rest.len() > STEP { Stage::Entries(written + STEP) } else { Stage::SingleUses(0) };
            }
            Stage::SingleUses(written) => {
                let some = self.single_uses.get(written..).unwrap_or_default();
                for (name, seq) in some.iter().take(STEP) {
                    session.single_uses.index(*name, *seq)?;
                }
                self.stage = if some.len() > STEP { Stage::SingleUses(written + STEP) } else { Stage::Families(0) };
            }
            Stage::Families(known) => self.look_at_families(session, known)?,
            Stage::Live { class, rows, written } => self.write_living(session, class, rows, written)?,
            Stage::Ends { known, member, rows } => self.look_at_ends(session, known, member, rows)?,
            Stage::Removing { known, member, rows, removed } => {
                let rest = rows.get(removed..).unwrap_or_default();
                session.live.remove(rest.get(..SHORT_STEP).unwrap_or(rest))?;
                self.stage = if rest.len() > SHORT_STEP {
                    Stage::Removing { known, member, rows, removed: removed + SHORT_STEP }
                } else if known < self.ends.len() {
                    Stage::Ends { known, member, rows: Vec::new() }
                } else {
                    Stage::Done
                };
            }
            Stage::Done => {}
        }
        Ok(())
    }

    /// Notes that all is written, in the transaction of the last step.
    pub(super) fn finish(&self, session: &Session<'_>, through: i64, single_uses_through: i64) -> Done<()> {
        for (block, expires) in &self.blocks {
            block.lower(session.connection, *expires)?;
        }
        ended::delete(session.connection, self.ended_through)?;
        Counter::ListedThrough.set(session.connection, through)?;
        Counter::SingleUsesThrough.set(session.connection, single_uses_through)
    }

    fn look_at_families(&mut self, session: &Session<'_>, known: usize) -> Done<()> {
        let mut looked = 0;
        for (n, token) in self.living.iter().enumerate().skip(known) {
            let Some(family) = token.grant.filter(|family| !self.families.contains_key(family)) else { continue };
            if looked == STEP {
                self.stage = Stage::Families(n);
                return Ok(());
            }
            self.families.insert(family, grant::is_alive(session.connection, family)?);
            looked += 1;
        }
        let families = &self.families;
        self.living.retain(|token| token.grant.is_none_or(|family| families.get(&family) == Some(&true)));
        self.begin_class(Some(Class::Service));
        Ok(())
    }

    /// Begins with the owners of a class, or with what ended when there is none left.
    fn begin_class(&mut self, class: Option<Class>) {
        let Some(class) = class else {
            self.stage = Stage::Ends { known: 0, member: 0, rows: Vec::new() };
            return;
        };
        let mut rows = std::mem::take(&mut self.rows);
        rows.clear();
        rows.reserve_exact(self.living.len());
        rows.extend(self.living.iter().filter_map(|token| token.row(class)));
        rows.sort_unstable();
        self.stage = Stage::Live { class, rows, written: 0 };
    }

    fn write_living(&mut self, session: &mut Session<'_>, class: Class, rows: Vec<Row>, written: usize) -> Done<()> {
        let rest = rows.get(written..).unwrap_or_default();
        let some = rest.get(..STEP).unwrap_or(rest);
        if self.moved.is_empty() && session.tail.moved.is_empty() {
            session.live.add(some)?;
        } else {
            let mut still = Vec::with_capacity(some.len());
            for row in some {
                if self.is_still(session, class, row)? {
                    still.push(row.clone());
                }
            }
            session.live.add(&still)?;
        }
        if rest.len() > STEP {
            self.stage = Stage::Live { class, rows, written: written + STEP };
        } else {
            self.rows = rows;
            self.begin_class(class.next());
        }
        Ok(())
    }

    /// Whether a row equals the token now: an amendment wrote the row that it has since.
    fn is_still(&self, session: &Session<'_>, class: Class, row: &Row) -> Done<bool> {
        let id = row.key.id;
        if !self.moved.contains(&id) && !session.tail.moved.contains(&id) {
            return Ok(true);
        }
        let now = live::read(session.connection, TokenId::from_sql(id))?;
        Ok(now.is_some_and(|(token, active)| active && token.row(class).as_ref() == Some(row)))
    }

    /// Gathers the rows of what ended: many are removed in their order, so that each page is touched once. A token of a
    /// family that ended may still be amended, but is not listed then.
    fn look_at_ends(
        &mut self,
        session: &Session<'_>,
        mut known: usize,
        mut member: i64,
        mut rows: Vec<Row>,
    ) -> Done<()> {
        let mut looked = 0;
        while let Some(end) = self.ends.get(known).filter(|_| looked < STEP) {
            match end {
                Ended::Token(id) => {
                    let token = live::read(session.connection, TokenId::from_sql(*id))?;
                    rows.extend(token.iter().flat_map(|(token, _)| token.rows()));
                    (looked, known) = (looked + 1, known + 1);
                }
                Ended::Family(id) => {
                    let limit = u32::try_from(STEP).unwrap_or(u32::MAX);
                    let members = token_list::family(session.connection, *id, member, limit)?;
                    rows.extend(members.iter().flat_map(LiveRow::rows));
                    looked += members.len().max(1);
                    (known, member) = match members.last() {
                        Some(last) if members.len() == STEP => (known, last.id),
                        _ => (known + 1, 0),
                    };
                }
            }
        }
        self.stage = if known < self.ends.len() && rows.len() < MANY_ROWS {
            Stage::Ends { known, member, rows }
        } else {
            rows.sort_unstable();
            Stage::Removing { known, member, rows, removed: 0 }
        };
        Ok(())
    }
}

/// Takes out what began and ended within one tail: no list need know it. Not what was amended, for that is listed already.
fn cancel(living: &mut Vec<LiveRow>, ends: &mut Vec<Ended>, moved: &HashSet<i64>) {
    if living.is_empty() || ends.is_empty() {
        return;
    }
    let token = |end: &Ended| if let Ended::Token(id) = end { Some(*id) } else { None };
    // Numbers that are sorted are found faster than hashed ones.
    let mut ended: Vec<i64> = ends.iter().filter_map(token).filter(|id| !moved.contains(id)).collect();
    ended.sort_unstable();
    let mut cancelled = Vec::new();
    living.retain(|token| {
        let is_over = ended.binary_search(&token.id).is_ok();
        cancelled.extend(is_over.then_some(token.id));
        !is_over
    });
    cancelled.sort_unstable();
    ends.retain(|end| token(end).is_none_or(|id| cancelled.binary_search(&id).is_err()));
}
