-- The key of the name, which two users of a service do not share (jeton_model::name_key). It is computed by the program: rows
-- written before get theirs when the file is opened (name_keys.rs).
ALTER TABLE user ADD COLUMN name_key TEXT;

CREATE UNIQUE INDEX user_name_key ON user (service, name_key);

-- The users whose key is to be computed: there is none yet, or it clashed with another one's.
CREATE INDEX user_to_key ON user (key) WHERE name_key IS NULL OR name_key < '!';
