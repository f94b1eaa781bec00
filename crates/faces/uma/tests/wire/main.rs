//! The UMA face on the wire, as resource servers, clients and owners use it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod claims;
mod discovery;
mod grant;
mod owner;
mod policies;
mod protection;
mod races;
mod unauthenticated;
mod withdrawn;
