//! The real binary, as an operator meets it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are all tests, their helpers too"
)]

mod admin_api;
mod api_tokens;
mod certificates;
mod check;
mod commands;
mod console;
mod declared;
mod dev;
mod health;
mod init;
mod issuers;
mod nodes;
mod passwords;
mod people;
mod revocations;
mod scan;
mod serve;
mod services;
mod sms;
mod stopped;
mod support;
mod token_life;
