//! The requested part of a list, and the intervals that contain it.

use jeton_model::store::Page;

use crate::tally::{FINEST, LAST_END, NEVER, width};

/// Places in a list: from the one to before the other.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Window {
    /// Meets nothing: for totals.
    pub(super) const NOTHING: Self = Self { from: 0, to: 0 };

    /// Of a page.
    pub(super) fn of(page: Page) -> Self {
        // Beyond this there is nothing anyway.
        const FAR: i64 = 1 << 60;
        let from = i64::try_from(page.skip).unwrap_or(FAR).min(FAR);
        Self { from, to: from + i64::from(page.limit) }
    }

    /// What of it is before the end of a list of so many.
    pub(super) fn within(self, total: i64) -> Self {
        Self { to: self.to.min(total).max(self.from), ..self }
    }

    /// Whether an interval contains a part of it.
    pub(super) fn meets(&self, part: &Part) -> bool {
        part.before < self.to && part.before + part.n > self.from
    }
}

/// One bucket of a list.
pub(super) struct Part {
    pub(super) level: i16,
    /// Where it ends.
    pub(super) until: i64,
    /// How many tokens it contains.
    pub(super) n: i64,
    /// How many are before it.
    pub(super) before: i64,
    /// Of which kinds.
    pub(super) kinds: Vec<i16>,
}

/// What to scan: a kind from a number to a number, both included.
#[derive(Default)]
pub(super) struct Ranges {
    pub(super) low: Vec<i64>,
    pub(super) high: Vec<i64>,
    pub(super) kinds: Vec<i16>,
}

impl Ranges {
    /// Of narrow buckets: times of what ends after a moment, and numbers of what never ends. The first bucket ends at `first` and
    /// begins with that moment.
    pub(super) fn of(parts: &[Part], (after, first): (i64, i64), never_limit: i64) -> (Self, Self) {
        let (mut ending, mut never) = (Self::default(), Self::default());
        for part in parts {
            let (low, high) = (part.until - width(FINEST), part.until - 1);
            let low = if part.until == first { after.saturating_add(1) } else { low };
            if part.until < never_limit {
                never.add(low - NEVER, high - NEVER, &part.kinds);
            } else {
                // Tokens that expire later than can be represented count in the last interval.
                let high = if part.until > LAST_END { i64::MAX } else { high };
                ending.add(low.max(after.saturating_add(1)), high, &part.kinds);
            }
        }
        (ending, never)
    }

    fn add(&mut self, low: i64, high: i64, kinds: &[i16]) {
        for kind in kinds {
            self.low.push(low);
            self.high.push(high);
            self.kinds.push(*kind);
        }
    }
}
