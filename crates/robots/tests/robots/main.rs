//! Robots on the model store: every call, what it refuses, and what others see of it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at any point"
)]

mod accounts;
mod administration;
mod adoption;
mod app_tokens;
mod association;
mod aws;
mod faults;
mod house;
mod identity;
mod leaked;
mod limits;
mod lost_answers;
mod refresh;
mod refusals;
mod revocation;
mod settings;
mod temporary;
