//! The Authlete face over the wire.

mod api;
mod callers;
mod system;
