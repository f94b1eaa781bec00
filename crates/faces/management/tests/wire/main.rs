//! The management API on the wire.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod clients_and_people;
