-- The ledger's first tables. Times are milliseconds since 1970; ids come from the counter 'ids'.
--
-- `life` is a state of fixed width (rows/life.rs): a token that is revoked or rotated is overwritten in place and never
-- splits the full page it lies on. While it begins with 00 the row is active.

CREATE TABLE token (
    id           INTEGER PRIMARY KEY,
    service      INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    format       INTEGER NOT NULL,
    client       INTEGER,
    subject_user INTEGER,
    subject_name TEXT,
    device       INTEGER,
    grant_id     INTEGER,
    parent       INTEGER,
    verifier     BLOB    NOT NULL,
    scope        TEXT    NOT NULL,
    audience     TEXT    NOT NULL,
    issued       INTEGER NOT NULL,
    not_before   INTEGER,
    expires      INTEGER,
    life         BLOB    NOT NULL,
    binding      BLOB,
    details      TEXT,
    alias        BLOB
) STRICT;

-- Only rows of a contract's own form have an alias; for all others nothing is written here.
CREATE UNIQUE INDEX token_alias ON token (service, alias) WHERE alias IS NOT NULL;

-- Which tokens an owner has; filled behind the writes. "by" says what the owner is (rows/token_list.rs).
CREATE TABLE token_list (
    "by"  INTEGER NOT NULL,
    owner ANY     NOT NULL,
    id    INTEGER NOT NULL,
    PRIMARY KEY ("by", owner, id)
) STRICT, WITHOUT ROWID;

-- The earliest expiry among 256 neighbours by id, or earlier; filled behind the writes (rows/block.rs).
CREATE TABLE zone (
    noun    INTEGER NOT NULL,
    block   INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (noun, block)
) STRICT, WITHOUT ROWID;

CREATE INDEX zone_expires ON zone (noun, expires);

CREATE TABLE grant_ (
    id             INTEGER PRIMARY KEY,
    service        INTEGER NOT NULL,
    client         INTEGER,
    subject_user   INTEGER,
    subject_name   TEXT,
    grant_type     TEXT    NOT NULL,
    scope          TEXT    NOT NULL,
    audience       TEXT    NOT NULL,
    created        INTEGER NOT NULL,
    expires        INTEGER,
    life           BLOB    NOT NULL,
    binding        BLOB,
    authentication TEXT,
    details        TEXT
) STRICT;

-- Appended in the order of writing. `used` has always eight bytes (rows/single_use.rs), for the reason `life` has its own.
CREATE TABLE once (
    seq      INTEGER PRIMARY KEY,
    kind     INTEGER NOT NULL,
    key      BLOB    NOT NULL,
    service  INTEGER NOT NULL,
    grant_id INTEGER,
    expires  INTEGER NOT NULL,
    used     BLOB    NOT NULL,
    payload  BLOB    NOT NULL
) STRICT;

-- From the first eight bytes of a key to its row; filled behind the writes.
CREATE TABLE once_key (
    prefix INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (prefix, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    seq      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    service  INTEGER,
    kind     INTEGER NOT NULL,
    actor    TEXT    NOT NULL,
    token    INTEGER,
    grant_id INTEGER,
    client   INTEGER,
    user     INTEGER,
    detail   TEXT
) STRICT;

CREATE TABLE client (
    key       INTEGER PRIMARY KEY,
    service   INTEGER NOT NULL,
    client_id TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    UNIQUE (service, client_id)
) STRICT;

CREATE INDEX client_service ON client (service);

CREATE TABLE user (
    key      INTEGER PRIMARY KEY,
    service  INTEGER NOT NULL,
    sub      TEXT    NOT NULL,
    username TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    UNIQUE (service, sub),
    UNIQUE (service, username)
) STRICT;

CREATE INDEX user_service ON user (service);

CREATE TABLE service (
    id     INTEGER PRIMARY KEY,
    issuer TEXT    NOT NULL UNIQUE,
    body   TEXT    NOT NULL
) STRICT;

CREATE TABLE key (
    id         INTEGER PRIMARY KEY,
    service    INTEGER NOT NULL,
    alg        TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    usage      TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    published  INTEGER NOT NULL,
    active     INTEGER NOT NULL,
    retired    INTEGER,
    UNIQUE (service, alg, generation)
) STRICT;

CREATE TABLE document (
    id      INTEGER PRIMARY KEY,
    service INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    owner   TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    UNIQUE (service, kind, owner, name)
) STRICT;

CREATE INDEX document_kind ON document (service, kind);

CREATE TABLE device (
    id      INTEGER PRIMARY KEY,
    service INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    UNIQUE (service, name)
) STRICT;

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The next id; how far token_list and zone are filled, and whether they were complete when the file was last let go;
-- how far once_key is filled.
INSERT INTO counter (name, value) VALUES ('ids', 1), ('listed_through', 0), ('listed_fully', 1), ('onces_through', 0);
