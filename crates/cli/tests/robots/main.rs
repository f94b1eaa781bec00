//! Vector robots against the binary, over real TLS with real client certificates: a generic gRPC caller in Rust.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod administered;
mod aws;
mod crash;
mod home;
mod init;
mod junk;
mod life;
mod line;
mod many;
mod robot;
mod statuses;
