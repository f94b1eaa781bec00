-- A person may sign in with the telephone number that was shown to be his. A row written before gets its number with its
-- next write.
ALTER TABLE users ADD COLUMN IF NOT EXISTS phone text;

CREATE UNIQUE INDEX IF NOT EXISTS users_phone ON users (service, phone) WHERE phone IS NOT NULL;
