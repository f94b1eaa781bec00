//! The configuration as operators write it, and listeners on real sockets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod config_clients;
mod config_environment;
mod config_errors;
mod config_files;
mod config_problems;
mod config_reference;
mod config_values;
mod listen_both;
mod listen_drain;
mod listen_host;
mod listen_http;
mod listen_limits;
mod listen_owed;
mod listen_places;
mod listen_slow;
mod listen_tls;
mod listen_unix;
mod support;
