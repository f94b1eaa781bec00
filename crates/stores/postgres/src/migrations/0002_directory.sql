-- Who and what the ledger knows: few rows, read by name or number, each a JSON object with its keys beside it.
CREATE TABLE IF NOT EXISTS services (
    id bigint PRIMARY KEY,
    issuer text NOT NULL UNIQUE,
    body text NOT NULL
);

CREATE TABLE IF NOT EXISTS clients (
    id bigint PRIMARY KEY,
    service bigint NOT NULL,
    client_id text NOT NULL,
    body text NOT NULL,
    UNIQUE (service, client_id)
);

CREATE TABLE IF NOT EXISTS users (
    id bigint PRIMARY KEY,
    service bigint NOT NULL,
    sub text NOT NULL,
    username text NOT NULL,
    body text NOT NULL,
    UNIQUE (service, sub),
    UNIQUE (service, username)
);

CREATE TABLE IF NOT EXISTS keys (
    id bigint PRIMARY KEY,
    service bigint NOT NULL,
    alg text NOT NULL,
    generation bigint NOT NULL,
    body text NOT NULL,
    UNIQUE (service, alg, generation)
);

-- A document's owner and name have no bound; an index row has one: `place` is the SHA-256 of both.
CREATE TABLE IF NOT EXISTS documents (
    id bigint PRIMARY KEY,
    service bigint NOT NULL,
    kind smallint NOT NULL,
    owner text NOT NULL,
    name text NOT NULL,
    place bytea NOT NULL,
    body text NOT NULL,
    UNIQUE (service, kind, place)
);

CREATE TABLE IF NOT EXISTS devices (
    id bigint PRIMARY KEY,
    service bigint NOT NULL,
    name text NOT NULL,
    body text NOT NULL,
    UNIQUE (service, name)
);
