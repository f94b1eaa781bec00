-- The documents of one kind in all services, by number: what background tasks look for, however many services there are.
CREATE INDEX document_of_kind ON document (kind, id);
