-- The documents of one kind in all services, by number: what background tasks look for, however many services there are.
CREATE INDEX IF NOT EXISTS documents_of_kind ON documents (kind, id);
