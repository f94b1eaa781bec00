//! The robots' face over the wire: calls of gRPC as bytes, and HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod accounts;
mod across;
mod administered;
mod grpc;
mod leaked;
mod public;
mod refusals;
mod robot;
mod temporary;
