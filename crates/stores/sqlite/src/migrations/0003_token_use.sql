-- When a token was last used; written behind the uses, all together.
CREATE TABLE token_use (
    id     INTEGER PRIMARY KEY,
    last   INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    source TEXT    NOT NULL,
    scopes TEXT    NOT NULL
) STRICT;
