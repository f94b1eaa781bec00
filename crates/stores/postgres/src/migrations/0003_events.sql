-- What happened. One stream is what one connection of one node wrote: its numbers have no holes and follow the order of
-- its commits, so that a reader who has seen number n has seen all before it. (One series for all nodes would not do:
-- numbers are drawn before the commit, and a later one may be visible first.)
CREATE TABLE IF NOT EXISTS events (
    stream bigint NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    written timestamptz NOT NULL DEFAULT clock_timestamp(),
    service bigint,
    token bigint,
    grant_id bigint,
    client bigint,
    user_id bigint,
    kind smallint NOT NULL,
    actor text NOT NULL,
    detail text,
    PRIMARY KEY (stream, seq)
);

-- Newest first is by the database's clock: nodes need not agree about the time.
CREATE INDEX IF NOT EXISTS events_written ON events (written);

CREATE INDEX IF NOT EXISTS events_service ON events (service, written);

-- How far each stream has come: one small row to look at instead of one index each time somebody asks for news.
CREATE TABLE IF NOT EXISTS streams (
    id bigint PRIMARY KEY,
    seq bigint NOT NULL,
    seen timestamptz NOT NULL
) WITH (fillfactor = 50);
