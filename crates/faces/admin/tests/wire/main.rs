//! The administration face on the wire, including the endpoints for people's own tokens.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod admin_house;
mod administration;
mod api_tokens;
mod own_tokens;
mod revocations;
mod rights;
