-- The key of the name, which two users of a service do not share (jeton_model::name_key), as bytes: no collation applies. It is
-- computed by the program: rows written before get theirs when a node starts (name_keys.rs).
ALTER TABLE users ADD COLUMN IF NOT EXISTS name_key bytea;

CREATE UNIQUE INDEX IF NOT EXISTS users_name_key ON users (service, name_key);

-- The users whose key is to be computed: there is none yet, or it clashed with another one's.
CREATE INDEX IF NOT EXISTS users_to_key ON users (id) WHERE name_key IS NULL OR name_key < '\x21';
