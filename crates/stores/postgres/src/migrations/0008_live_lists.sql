-- Lists of live tokens by what ends first, and how many are in each. No index names the state: the end of a token
-- rewrites its row in place.
CREATE INDEX IF NOT EXISTS tokens_service_order ON tokens (service, kind, expires NULLS FIRST, id);

CREATE INDEX IF NOT EXISTS tokens_client_order ON tokens (client, kind, expires NULLS FIRST, id)
    WHERE client IS NOT NULL;

CREATE INDEX IF NOT EXISTS tokens_user_order ON tokens (subject_user, kind, expires NULLS FIRST, id)
    WHERE subject_user IS NOT NULL;

CREATE INDEX IF NOT EXISTS tokens_subject_order ON tokens (left(subject_name, 64), kind, expires NULLS FIRST, id)
    WHERE subject_name IS NOT NULL;

-- A total reads every row of its list anyway: the order of numbers gained nothing from these.
DROP INDEX IF EXISTS tokens_client;

DROP INDEX IF EXISTS tokens_user;

DROP INDEX IF EXISTS tokens_subject;

-- The sweep goes through the order of each service and kind.
DROP INDEX IF EXISTS tokens_expires;

-- How many tokens that are active, and of no ended family, each list has by the end of each bucket of time, at three
-- widths (2^level milliseconds). `facet`: 0 the whole service, 1 a client's, 2 a user's, 3 a name's from elsewhere,
-- `owner`: nothing, the number in eight bytes, the name's SHA-256. What never ends lies below -2^61, by its number.
CREATE TABLE IF NOT EXISTS token_tally (
    service bigint NOT NULL,
    until bigint NOT NULL,
    n bigint NOT NULL,
    facet smallint NOT NULL,
    kind smallint NOT NULL,
    level smallint NOT NULL,
    owner bytea NOT NULL,
    PRIMARY KEY (service, facet, owner, kind, level, until)
) WITH (fillfactor = 80);

-- For the sweep.
CREATE INDEX IF NOT EXISTS token_tally_until ON token_tally (until);

-- What commits changed and the tally does not have yet, at the finest width: a commit adds rows and waits for nobody.
CREATE TABLE IF NOT EXISTS token_tally_changes (
    service bigint NOT NULL,
    until bigint NOT NULL,
    stream bigint NOT NULL,
    seq bigint NOT NULL,
    n bigint NOT NULL,
    facet smallint NOT NULL,
    kind smallint NOT NULL,
    owner bytea NOT NULL,
    PRIMARY KEY (service, facet, owner, kind, until, stream, seq)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- When the tally was first complete (0: not yet), and up to when a sweep has removed tokens.
INSERT INTO counters (name, next) VALUES ('tally', 0), ('swept', 0) ON CONFLICT (name) DO NOTHING;
