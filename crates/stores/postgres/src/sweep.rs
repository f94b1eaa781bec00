//! Removes ended rows, a bounded number at a time.

use jeton_model::clock::Timestamp;
use jeton_model::store::StoreError;

use crate::read::Pool;

/// Each removes at most `$2` rows that ended before `$1` and returns how many. Rows that are locked, or that another
/// node is removing, are left for the next time: a sweep does not wait, and nothing waits for it.
const STEPS: [&str; 5] = [
    // The index by end is one of each service and kind: it steps from one to the next.
    "WITH RECURSIVE lists AS ((SELECT service, kind FROM tokens ORDER BY service, kind LIMIT 1) \
        UNION ALL SELECT n.service, n.kind FROM lists AS l, LATERAL (SELECT service, kind FROM tokens \
        WHERE (service, kind) > (l.service, l.kind) ORDER BY service, kind LIMIT 1) AS n), \
     old AS (SELECT t.id FROM lists AS l, LATERAL (SELECT id, expires FROM tokens WHERE service = l.service \
        AND kind = l.kind AND expires < $1::bigint ORDER BY expires NULLS FIRST, id LIMIT $2::bigint) AS t ORDER BY t.expires LIMIT $2), \
     gone AS (DELETE FROM tokens WHERE id = ANY(ARRAY(SELECT id FROM tokens \
        WHERE id = ANY(ARRAY(SELECT id FROM old)) AND expires < $1 FOR UPDATE SKIP LOCKED)) RETURNING id), \
     names AS (DELETE FROM token_aliases WHERE token = ANY(ARRAY(SELECT id FROM gone))), \
     used AS (DELETE FROM token_uses WHERE id = ANY(ARRAY(SELECT id FROM gone))) \
     SELECT count(*) FROM gone",
    "WITH gone AS (DELETE FROM grants WHERE id = ANY(ARRAY(\
        SELECT id FROM grants WHERE expires < $1::bigint ORDER BY expires LIMIT $2::bigint FOR UPDATE SKIP LOCKED)) RETURNING id) \
     SELECT count(*) FROM gone",
    "WITH old AS (SELECT kind, key FROM once_entries WHERE expires < $1::bigint ORDER BY expires LIMIT $2::bigint \
        FOR UPDATE SKIP LOCKED), \
     gone AS (DELETE FROM once_entries AS o USING old WHERE o.kind = old.kind AND o.key = old.key RETURNING o.kind) \
     SELECT count(*) FROM gone",
    // Rotations are sent to the other nodes and are not part of the audit trail: a day is more than any node is behind.
    "WITH old AS (SELECT stream, seq FROM events \
        WHERE kind = 14 AND written < to_timestamp($1::bigint / 1000.0) - interval '1 day' ORDER BY written LIMIT $2::bigint \
        FOR UPDATE SKIP LOCKED), \
     gone AS (DELETE FROM events AS e USING old WHERE e.stream = old.stream AND e.seq = old.seq RETURNING e.seq) \
     SELECT count(*) FROM gone",
    // For the time of `EVENT_RETENTION`.
    "WITH old AS (SELECT stream, seq FROM events \
        WHERE written < to_timestamp($1::bigint / 1000.0) - interval '400 days' ORDER BY written LIMIT $2::bigint \
        FOR UPDATE SKIP LOCKED), \
     gone AS (DELETE FROM events AS e USING old WHERE e.stream = old.stream AND e.seq = old.seq RETURNING e.seq) \
     SELECT count(*) FROM gone",
];

/// From now on a total as of an earlier moment has to be counted row by row.
const MARK: &str = "UPDATE counters SET next = $1::bigint WHERE name = 'swept' AND next < $1";

/// Intervals that are over, which are not rows of the ledger. A token is in several.
const BUCKETS: &str = "WITH old AS (SELECT service, facet, owner, kind, level, until FROM token_tally \
        WHERE until > -(1::bigint << 61) AND until <= $1::bigint ORDER BY until LIMIT $2::bigint * 8 FOR UPDATE SKIP LOCKED) \
    DELETE FROM token_tally AS t USING old AS o WHERE t.service = o.service AND t.facet = o.facet \
        AND t.owner = o.owner AND t.kind = o.kind AND t.level = o.level AND t.until = o.until";

/// Removes at most `limit` expired tokens, grants and single-use entries; how many.
pub(crate) async fn sweep(pool: &Pool, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
    let mut left = i64::from(limit);
    pool.background(MARK, &[&now.millis()]).await?;
    pool.background(BUCKETS, &[&now.millis(), &left]).await?;
    for step in STEPS {
        if left <= 0 {
            break;
        }
        let row = pool.background(step, &[&now.millis(), &left]).await?;
        let gone: i64 = row.map_or(Ok(0), |row| row.try_get(0)).map_err(StoreError::failed)?;
        left -= gone;
    }
    Ok(u64::try_from(i64::from(limit) - left).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jeton_model::store::EVENT_RETENTION;

    use super::STEPS;

    #[test]
    fn events_are_kept_as_long_as_the_port_says() {
        assert_eq!(EVENT_RETENTION, Duration::from_secs(400 * 86_400));
        assert!(STEPS.iter().any(|step| step.contains("interval '400 days'")));
    }
}
