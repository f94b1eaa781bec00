//! The statements of lists that the tally knows.

use crate::records::tokens;
use crate::tally::Owner;

/// Those of one sort of list.
pub(super) struct Statements {
    /// `$1` service, `$2` number or `$3` name of the owner, `$4` facet, `$5` owner, `$6` kinds, `$7` ending after,
    /// `$8`–`$10` ends of the buckets of each width that hold this moment, `$11` limit of what never ends,
    /// `$12`, `$13` window.
    pub(super) overview: String,
    /// `$1` service, `$2` facet, `$3` owner, `$4` kinds, `$5` levels and `$6` ends of the buckets to look into.
    pub(super) finer: String,
    /// `$1` service, `$2` number or `$3` name of the owner; lows, highs and kinds of what ends: `$4`–`$6`, and of what
    /// never ends: `$7`–`$9`; `$10` limit, `$11` how many to skip.
    pub(super) page: String,
}

/// Active, of no ended family.
const ALIVE: &str = "t.state = 0 AND (t.grant_id IS NULL OR \
    EXISTS (SELECT 1 FROM grants AS g WHERE g.id = t.grant_id AND g.state = 0))";

impl Statements {
    /// For the lists of such an owner.
    pub(super) fn of(owner: &Owner) -> Self {
        // Every statement takes the same parameters; one that its condition does not need is named all the same.
        let rows = match owner {
            Owner::Service => "t.service = $1::bigint AND $2::bigint IS NOT NULL AND $3::text IS NOT NULL",
            Owner::Client(_) => "t.client = $2::bigint AND t.service = $1::bigint AND $3::text IS NOT NULL",
            Owner::User(_) => "t.subject_user = $2::bigint AND t.service = $1::bigint AND $3::text IS NOT NULL",
            Owner::Name(_) => {
                "left(t.subject_name, 64) = left($3::text, 64) AND t.subject_name = $3 AND t.service = $1::bigint \
                 AND $2::bigint IS NOT NULL"
            }
        };
        Self { overview: overview(rows), finer: FINER.to_owned(), page: page(rows) }
    }
}

/// The interval that contains the time itself is counted row by row; later intervals come from the tally, the narrow
/// ones up to the beginning of the next wider one; and to each is added what the tally does not have yet. The query
/// works kind by kind (`OFFSET 0` keeps the planner from joining otherwise), so that each is one range of an index.
fn overview(rows: &str) -> String {
    let each = |table: &str, range: &str| {
        format!(
            "SELECT t.until, t.kind, t.n FROM unnest($6::smallint[]) AS k(kind), LATERAL (SELECT until, kind, n \
             FROM {table} WHERE service = $1::bigint AND facet = $4::smallint AND owner = $5::bytea AND kind = k.kind AND {range} OFFSET 0) AS t"
        )
    };
    let tally = |range: &str| each("token_tally", range);
    let changes = each("token_tally_changes", "(until > $8 OR until < $11)");
    format!(
        "WITH counted(level, until, kind, n) AS (\
            SELECT 10::smallint, $8::bigint, NULL::smallint, count(*) \
                FROM unnest($6::smallint[]) AS k(kind), LATERAL (SELECT 1 FROM tokens AS t WHERE {rows} \
                AND t.kind = k.kind AND t.expires > $7::bigint AND t.expires < $8 AND {ALIVE} OFFSET 0) AS t \
            UNION ALL SELECT 10::smallint, t.* FROM ({narrow}) AS t \
            UNION ALL SELECT 20::smallint, t.* FROM ({wider}) AS t \
            UNION ALL SELECT 30::smallint, t.* FROM ({widest}) AS t \
            UNION ALL SELECT 30::smallint, t.* FROM ({never}) AS t \
            UNION ALL SELECT l.level, (((c.until - 1) >> l.level) + 1) << l.level, c.kind, c.n FROM ({changes}) AS c, \
                LATERAL (SELECT (CASE WHEN c.until < $11 THEN 30 WHEN c.until <= $9 THEN 10 WHEN c.until <= $10 THEN 20 \
                ELSE 30 END)::smallint AS level) AS l), \
        parts AS (SELECT level, until, sum(n)::bigint AS n, bit_or(1::bigint << kind) AS kinds FROM counted \
            GROUP BY level, until HAVING sum(n) <> 0), \
        placed AS (SELECT level, until, n, kinds, (sum(n) OVER (ORDER BY until))::bigint AS upto FROM parts) \
        SELECT (SELECT next FROM counters WHERE name = 'tally'), (SELECT next FROM counters WHERE name = 'swept'), \
            (SELECT coalesce(sum(n), 0)::bigint FROM parts), p.level, p.until, p.n, p.before, p.kinds \
            FROM (SELECT 1) AS one LEFT JOIN (SELECT level, until, n, upto - n AS before, kinds FROM placed \
            WHERE upto > $12::bigint AND upto - n < $13::bigint) AS p ON true ORDER BY p.until",
        narrow = tally("level = 10 AND until > $8 AND until <= $9::bigint"),
        wider = tally("level = 20 AND until > $9 AND until <= $10::bigint"),
        widest = tally("level = 30 AND until > $10"),
        never = tally("level = 30 AND until < $11::bigint"),
    )
}

/// The narrower buckets inside each of these.
const FINER: &str = "SELECT w.until, (w.level - 10)::smallint, b.part, sum(b.n)::bigint, bit_or(1::bigint << k.kind) \
    FROM unnest($5::smallint[], $6::bigint[]) AS w(level, until), unnest($4::smallint[]) AS k(kind), LATERAL (\
        SELECT until AS part, n FROM token_tally WHERE service = $1::bigint AND facet = $2::smallint AND owner = $3::bytea \
            AND kind = k.kind AND level = w.level - 10 AND until > w.until - (1::bigint << w.level) AND until <= w.until \
        UNION ALL SELECT (((until - 1) >> (w.level - 10)) + 1) << (w.level - 10), n FROM token_tally_changes \
            WHERE service = $1 AND facet = $2 AND owner = $3 AND kind = k.kind \
            AND until > w.until - (1::bigint << w.level) AND until <= w.until OFFSET 0) AS b \
    GROUP BY w.until, w.level, b.part HAVING sum(b.n) <> 0 ORDER BY w.until, b.part";

fn page(rows: &str) -> String {
    let columns = tokens::COLUMNS;
    format!(
        "SELECT {columns} FROM (\
            SELECT t.* FROM unnest($7::bigint[], $8::bigint[], $9::smallint[]) AS r(low, high, kind), LATERAL (\
                SELECT * FROM tokens AS t WHERE {rows} AND t.kind = r.kind AND t.expires IS NULL \
                AND t.id >= r.low AND t.id <= r.high AND {ALIVE} \
                ORDER BY t.expires NULLS FIRST, t.id LIMIT $10::bigint + $11::bigint) AS t \
            UNION ALL \
            SELECT t.* FROM unnest($4::bigint[], $5::bigint[], $6::smallint[]) AS r(low, high, kind), LATERAL (\
                SELECT * FROM tokens AS t WHERE {rows} AND t.kind = r.kind \
                AND t.expires >= r.low AND t.expires <= r.high AND {ALIVE} \
                ORDER BY t.expires NULLS FIRST, t.id LIMIT $10::bigint + $11::bigint) AS t) AS t \
        ORDER BY t.expires NULLS FIRST, t.id LIMIT $10 OFFSET $11"
    )
}
