//! The guarded way out, against servers of this machine and a resolver and connector that are told what to answer.

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
