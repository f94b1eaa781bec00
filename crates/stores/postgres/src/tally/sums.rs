//! By how much a batch changes the tally.

use std::collections::BTreeMap;

use super::axis::{FINEST, until};
use super::slot::{Owner, Slot};
use crate::records::{Param, column};

/// Adds changes; takes [`Sums::arrays`].
pub(crate) const INSERT: &str = "INSERT INTO token_tally_changes (service, facet, owner, kind, until, n, stream, seq) \
    SELECT c.*, $7::bigint, $8::bigint FROM unnest($1::bigint[], $2::smallint[], $3::bytea[], $4::smallint[], \
    $5::bigint[], $6::bigint[]) AS c";

/// Service, owner, kind and end of the bucket.
type Key = (i64, Owner, i16, i64);

/// Changes by list and interval: a batch of one client's tokens results in a few.
#[derive(Debug, Default)]
pub(crate) struct Sums(BTreeMap<Key, i64>);

impl Sums {
    /// So many more tokens of this slot.
    pub(crate) fn add(&mut self, slot: &Slot, n: i64) {
        let end = until(slot.place, FINEST);
        for owner in slot.owners() {
            *self.0.entry((slot.service, owner, slot.kind, end)).or_default() += n;
        }
    }

    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.values().all(|n| *n == 0)
    }

    /// Changes as columns. `stream` and `seq` are unique.
    pub(crate) fn arrays<'a>(&self, stream: i64, seq: i64) -> Vec<Param<'a>> {
        let rows: Vec<_> = self.0.iter().filter(|(_, n)| **n != 0).collect();
        vec![
            column(&rows, |((service, ..), _)| *service),
            column(&rows, |((_, owner, ..), _)| owner.facet()),
            column(&rows, |((_, owner, ..), _)| owner.key()),
            column(&rows, |((_, _, kind, _), _)| *kind),
            column(&rows, |((.., end), _)| *end),
            column(&rows, |(_, n)| **n),
            Box::new(stream),
            Box::new(seq),
        ]
    }
}
