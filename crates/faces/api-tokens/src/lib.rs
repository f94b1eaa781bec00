//! ProdManager's API tokens (`docs/contracts/prodmanager.md`) over the ledger.
//!
//! [`ROUTES`] lists every route once. `gate.rs` is what every request passes before its endpoint: the check of its token, its
//! caller's rate, and the headers of every answer. `wire/` holds the forms: fields in three encodings, JSON as the original
//! prints it, the errors.

mod create;
mod gate;
mod other;
mod routes;
mod state;
mod whoami;
mod wire;

pub use routes::{ROUTES, router};
pub use state::ApiTokensState;
