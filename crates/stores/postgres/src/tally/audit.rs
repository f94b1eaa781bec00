//! Counts everything and corrects the tally.
//!
//! The correct counts, the tally and the pending changes are read in one statement, and so in one snapshot, whatever is
//! written meanwhile. So the difference can simply be added. Two nodes that count at once would both add it: a row lock
//! makes them take turns.

use crate::failure::pause;
use crate::fault::Fault;
use crate::link::{Query, Session};

/// One at a time; the snapshot of the next statement is taken when it is this node's turn.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0; \
    SET LOCAL lock_timeout = 0; SELECT next FROM counters WHERE name = 'tally' FOR UPDATE";

/// Intervals before the last removal do not matter.
const CORRECT: &str = "WITH truth AS (\
        SELECT t.service, o.facet, o.owner, t.kind, ((p.place >> 10) + 1) << 10 AS until, count(*) AS n FROM tokens AS t, \
        LATERAL (SELECT CASE WHEN t.expires IS NULL THEN t.id - (1::bigint << 62) \
            ELSE least(greatest(t.expires, -(1::bigint << 61)), 1::bigint << 62) END AS place) AS p, \
        LATERAL (SELECT 0::smallint AS facet, ''::bytea AS owner \
            UNION ALL SELECT 1::smallint, int8send(t.client) WHERE t.client IS NOT NULL \
            UNION ALL SELECT 2::smallint, int8send(t.subject_user) WHERE t.subject_user IS NOT NULL \
            UNION ALL SELECT 3::smallint, sha256(convert_to(t.subject_name, 'UTF8')) WHERE t.subject_name IS NOT NULL) AS o \
        WHERE t.state = 0 AND (t.grant_id IS NULL OR EXISTS (\
            SELECT 1 FROM grants AS g WHERE g.id = t.grant_id AND g.state = 0)) GROUP BY 1, 2, 3, 4, 5), \
    known AS (SELECT service, facet, owner, kind, until, sum(n) AS n FROM (\
            SELECT service, facet, owner, kind, until, n FROM token_tally WHERE level = 10 \
            UNION ALL SELECT service, facet, owner, kind, until, n FROM token_tally_changes) AS k GROUP BY 1, 2, 3, 4, 5), \
    wrong AS (SELECT service, facet, owner, kind, until, coalesce(t.n, 0) - coalesce(k.n, 0) AS n \
        FROM truth AS t FULL JOIN known AS k USING (service, facet, owner, kind, until) \
        WHERE coalesce(t.n, 0) <> coalesce(k.n, 0) AND (until < -(1::bigint << 61) \
            OR until > (SELECT next FROM counters WHERE name = 'swept'))), \
    sums AS (SELECT service, facet, owner, kind, l.level, (((until - 1) >> l.level) + 1) << l.level AS until, \
        sum(n)::bigint AS n FROM wrong, unnest(ARRAY[10, 20, 30]::smallint[]) AS l(level) \
        GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0) \
    INSERT INTO token_tally AS t (service, facet, owner, kind, level, until, n) \
        SELECT * FROM sums ORDER BY 1, 2, 3, 4, 5, 6 \
        ON CONFLICT (service, facet, owner, kind, level, until) DO UPDATE SET n = t.n + excluded.n";

const COMMIT: &str = "UPDATE counters SET next = (extract(epoch FROM clock_timestamp()) * 1000)::bigint \
    WHERE name = 'tally' AND next = 0; COMMIT";

/// Whether everything has been counted once.
const COMPLETE: &str = "SELECT next <> 0 FROM counters WHERE name = 'tally'";

/// How long after the tally was introduced older versions may still write: a node that starts before then counts again.
const UPGRADE: &str = "SELECT next > (extract(epoch FROM clock_timestamp() - interval '7 days') * 1000)::bigint \
    FROM counters WHERE name = 'tally'";

/// How often it is tried again when it meets other transactions.
const ATTEMPTS: u32 = 8;

/// Ensures that everything has been counted once; returns whether it must be counted again in the background.
pub(crate) async fn begin(session: &Session) -> Result<bool, Fault> {
    if !holds(session, COMPLETE).await? {
        audit(session).await?;
        return Ok(false);
    }
    holds(session, UPGRADE).await
}

async fn holds(session: &Session, sql: &str) -> Result<bool, Fault> {
    let rows = session.rows(&Query::unnamed(sql), &[]).await?;
    Ok(rows.first().map_or(Ok(false), |row| row.try_get(0))?)
}

/// Counts everything.
pub(crate) async fn audit(session: &Session) -> Result<(), Fault> {
    let mut attempt = 0;
    loop {
        let fault = match correct(session).await {
            Ok(0) => return Ok(()),
            Ok(buckets) => {
                tracing::info!(buckets, "the tally of live tokens was corrected");
                return Ok(());
            }
            Err(fault) => fault,
        };
        session.batch("ROLLBACK").await?;
        if attempt >= ATTEMPTS || !fault.is_crossing() {
            return Err(fault);
        }
        attempt += 1;
        tokio::time::sleep(pause(attempt)).await;
    }
}

async fn correct(session: &Session) -> Result<u64, Fault> {
    session.batch(BEGIN).await?;
    let corrected = Query::unnamed(CORRECT).run(&session.client, Vec::new()).await?;
    session.batch(COMMIT).await?;
    Ok(corrected)
}

#[cfg(test)]
mod tests {
    use super::CORRECT;
    use crate::tally::{FINEST, LAST_END, NEVER, NEVER_LIMIT};

    #[test]
    fn the_statement_and_the_axis_agree() {
        assert_eq!((FINEST, NEVER, NEVER_LIMIT, LAST_END), (10, -(1 << 62), -(1 << 61), 1 << 62));
        assert!(CORRECT.contains("t.id - (1::bigint << 62)"));
    }
}
