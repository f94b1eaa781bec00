-- What belongs to the installation as a whole.
CREATE TABLE IF NOT EXISTS meta (
    name text PRIMARY KEY,
    value bytea NOT NULL
);

CREATE TABLE IF NOT EXISTS counters (
    name text PRIMARY KEY,
    next bigint NOT NULL
);

INSERT INTO counters (name, next) VALUES ('id', 1), ('stream', 1) ON CONFLICT (name) DO NOTHING;
