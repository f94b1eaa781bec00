-- Rotations (kind 14) are swept after a day, all other events after 400: each sweep finds the oldest of its own.

CREATE INDEX IF NOT EXISTS events_rotations ON events (written) WHERE kind = 14;
