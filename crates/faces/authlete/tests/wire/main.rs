//! The Authlete face over the wire.

mod api;
mod callers;
mod checks;
mod flows;
mod services;
mod system;
mod tokens;
