//! The position of a token by expiry, as one number, and the intervals of that order.

/// The levels of buckets: one of level n is 2^n wide, which are milliseconds: about a second, 17 minutes, 12 days.
const LEVELS: [i16; 3] = [10, 20, 30];

/// The narrowest buckets.
pub(crate) const FINEST: i16 = LEVELS[0];

/// The widest buckets.
pub(crate) const WIDEST: i16 = LEVELS[2];

/// Tokens without expiry come before all others, by number: this is number 0. A multiple of the widest interval.
pub(crate) const NEVER: i64 = -(1 << 62);

/// Intervals that end before this contain tokens without expiry.
pub(crate) const NEVER_LIMIT: i64 = -(1 << 61);

/// What ends later counts as ending now, so that the end of its bucket is a number too.
pub(crate) const LAST_END: i64 = 1 << 62;

/// The place of a token of this number that ends at this millisecond.
pub(crate) fn place(id: i64, expires: Option<i64>) -> i64 {
    expires.map_or(NEVER + id, |at| at.clamp(NEVER_LIMIT, LAST_END))
}

/// The first position after the interval that contains this one.
pub(crate) const fn until(place: i64, level: i16) -> i64 {
    ((place >> level) + 1) << level
}

/// How many positions an interval contains.
pub(crate) const fn width(level: i16) -> i64 {
    1 << level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_their_places_and_narrow_ones_lie_in_wide_ones() {
        for place in [NEVER, NEVER + 77, NEVER + (1 << 53), NEVER_LIMIT, -1, 0, 1_750_000_000_123, LAST_END] {
            for level in LEVELS {
                let end = until(place, level);
                assert!(end - width(level) <= place && place < end, "{place} {level}");
                assert_eq!(until(until(place, FINEST) - 1, level), end);
            }
        }
    }

    #[test]
    fn what_never_ends_lies_apart_and_no_end_is_too_late() {
        assert!(until(place((1 << 53) - 1, None), WIDEST) < NEVER_LIMIT);
        assert!(until(place(1, Some(i64::MIN)), FINEST) > NEVER_LIMIT);
        assert!(until(place(1, Some(i64::MAX)), WIDEST) > LAST_END);
    }
}
