//! Jeton's own face: `/admin/v1` for programs, `/console` for people, `/health` for those who watch.
//!
//! A face speaks its wire form and decides nothing: each handler reads, calls one verb of the core, and writes.
//! [`ROUTES`] lists every route once. `wire/` holds what handlers share: who calls, bodies, answers, errors; there is one
//! file for each noun.

mod account;
mod clients;
mod console;
mod events;
mod health;
mod keys;
mod leaked;
mod refusals;
mod revocations;
mod routes;
mod services;
mod state;
mod tokens;
mod users;
mod wire;

pub use routes::{ROUTES, router};
pub use state::{AdminState, LocalOwner};
