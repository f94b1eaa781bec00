-- A person may sign in with the telephone number that was shown to be his. A row written before gets its number with its
-- next write.
ALTER TABLE user ADD COLUMN phone TEXT;

CREATE UNIQUE INDEX user_phone ON user (service, phone) WHERE phone IS NOT NULL;
