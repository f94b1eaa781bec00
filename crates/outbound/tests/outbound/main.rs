//! The guarded client, with servers of this machine and a scripted resolver and connector.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod addresses;
mod answers;
mod budget;
mod concurrency;
mod rebinding;
mod support;
mod tls;
mod urls;
