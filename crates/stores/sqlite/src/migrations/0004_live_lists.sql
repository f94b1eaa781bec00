-- What is alive, in the order of expiry, by owner; filled behind the writes (rows/live/). A token is in it while its row is
-- active and its family is not revoked, expired or not. lane: twice the kind, plus one for tokens that end; expires: 0 for
-- those that never do.
CREATE TABLE live_list (
    service INTEGER NOT NULL,
    "by"    INTEGER NOT NULL,
    owner   ANY     NOT NULL,
    lane    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    id      INTEGER NOT NULL,
    PRIMARY KEY (service, "by", owner, lane, expires, id)
) STRICT, WITHOUT ROWID;

-- How many rows of live_list lie from here to the next stretch of the same lane.
CREATE TABLE live_stretch (
    service INTEGER NOT NULL,
    "by"    INTEGER NOT NULL,
    owner   ANY     NOT NULL,
    lane    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    id      INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (service, "by", owner, lane, expires, id)
) STRICT, WITHOUT ROWID;

-- Tokens (their ids) and families (their ids, negative) that ended and may be in live_list still: eight bytes each.
CREATE TABLE ended (
    seq INTEGER PRIMARY KEY,
    ids BLOB NOT NULL
) STRICT;

INSERT INTO live_list (service, "by", owner, lane, expires, id)
    WITH living AS (
        SELECT service, client, subject_user, subject_name, 2 * kind + (expires IS NOT NULL) AS lane,
            coalesce(expires, 0) AS expires, id
        FROM token AS t
        WHERE life < x'01' AND (grant_id IS NULL OR EXISTS
            (SELECT 1 FROM grant_ AS g WHERE g.id = t.grant_id AND g.life < x'01'))
    )
    SELECT service, 5, service, lane, expires, id FROM living
    UNION ALL SELECT service, 0, client, lane, expires, id FROM living WHERE client IS NOT NULL
    UNION ALL SELECT service, 2, subject_user, lane, expires, id FROM living WHERE subject_user IS NOT NULL
    UNION ALL SELECT service, 4, subject_name, lane, expires, id FROM living WHERE subject_name IS NOT NULL
    ORDER BY 1, 2, 3, 4, 5, 6;

INSERT INTO live_stretch (service, "by", owner, lane, expires, id, n)
    SELECT service, "by", owner, lane, iif(place = 1, -9223372036854775808, expires), iif(place = 1, 0, id),
        min(2048, total - place + 1)
    FROM (
        SELECT *, row_number() OVER (PARTITION BY service, "by", owner, lane ORDER BY expires, id) AS place,
            count(*) OVER (PARTITION BY service, "by", owner, lane) AS total
        FROM live_list
    )
    WHERE (place - 1) % 2048 = 0;
