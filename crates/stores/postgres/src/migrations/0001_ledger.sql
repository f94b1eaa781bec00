-- Tokens, what else finds them, their families, and what works once.
-- Wide numbers stand first: a row is shorter without holes of alignment. No index names the state, so that the end of a
-- token rewrites its row in place (a heap-only update) where the page has room: hence the fill factor.
CREATE TABLE IF NOT EXISTS tokens (
    id bigint PRIMARY KEY,
    service bigint NOT NULL,
    issued bigint NOT NULL,
    not_before bigint,
    expires bigint,
    client bigint,
    subject_user bigint,
    device bigint,
    grant_id bigint,
    parent bigint,
    state_at bigint,
    state_detail bigint,
    kind smallint NOT NULL,
    format smallint NOT NULL,
    state smallint NOT NULL,
    verifier bytea NOT NULL,
    scope text NOT NULL,
    audience text NOT NULL,
    subject_name text,
    binding bytea,
    details text
) WITH (fillfactor = 90);

CREATE INDEX IF NOT EXISTS tokens_client ON tokens (client, id) WHERE client IS NOT NULL;

CREATE INDEX IF NOT EXISTS tokens_user ON tokens (subject_user, id) WHERE subject_user IS NOT NULL;

-- A name from elsewhere has no bound; an index row has one.
CREATE INDEX IF NOT EXISTS tokens_subject ON tokens (left(subject_name, 64), id) WHERE subject_name IS NOT NULL;

CREATE INDEX IF NOT EXISTS tokens_grant ON tokens (grant_id, id) WHERE grant_id IS NOT NULL;

CREATE INDEX IF NOT EXISTS tokens_parent ON tokens (parent, id) WHERE parent IS NOT NULL;

CREATE INDEX IF NOT EXISTS tokens_expires ON tokens (expires) WHERE expires IS NOT NULL;

CREATE TABLE IF NOT EXISTS token_aliases (
    service bigint NOT NULL,
    alias bytea NOT NULL,
    token bigint NOT NULL,
    PRIMARY KEY (service, alias)
);

CREATE INDEX IF NOT EXISTS token_aliases_token ON token_aliases (token);

CREATE TABLE IF NOT EXISTS grants (
    id bigint PRIMARY KEY,
    service bigint NOT NULL,
    created bigint NOT NULL,
    expires bigint,
    client bigint,
    subject_user bigint,
    state_at bigint,
    state_reason bigint,
    state smallint NOT NULL,
    grant_type text NOT NULL,
    scope text NOT NULL,
    audience text NOT NULL,
    subject_name text,
    binding bytea,
    authentication text,
    details text
) WITH (fillfactor = 90);

CREATE INDEX IF NOT EXISTS grants_expires ON grants (expires) WHERE expires IS NOT NULL;

CREATE TABLE IF NOT EXISTS once_entries (
    service bigint NOT NULL,
    expires bigint NOT NULL,
    grant_id bigint,
    used bigint,
    kind smallint NOT NULL,
    key bytea NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (kind, key)
) WITH (fillfactor = 90);

CREATE INDEX IF NOT EXISTS once_entries_expires ON once_entries (expires);
