-- When a token was last used; written behind the uses, all together.
CREATE TABLE IF NOT EXISTS token_uses (
    id bigint PRIMARY KEY,
    last bigint NOT NULL,
    count bigint NOT NULL,
    source text NOT NULL,
    scopes text NOT NULL
) WITH (fillfactor = 70);
