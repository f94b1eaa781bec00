//! API tokens on the wire, for people and for administrators.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod account;
mod desk;
mod life;
mod rights;
