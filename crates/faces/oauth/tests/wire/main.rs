//! The OAuth face as a client meets it: requests in, status, headers and bodies out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod client_auth;
mod support;
mod token_form;
mod token_messages;
mod token_order;
mod token_success;
