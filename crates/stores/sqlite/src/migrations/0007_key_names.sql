-- The name of a key (`kid`); null: it is named by its number, or by what is sealed with it.
ALTER TABLE key ADD COLUMN kid TEXT;
