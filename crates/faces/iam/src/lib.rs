//! INDIGO IAM's token administration (`docs/contracts/indigo-iam.md`) over the ledger.
//!
//! `tokens/` is for administrators, `own/` for everybody about what is theirs; `wire/` holds what handlers share. The face
//! decides nothing: who may what, and what is in a list, is said by `jeton_core`.

mod approved;
mod clients;
mod date;
mod members;
mod own;
mod policies;
mod routes;
mod scim;
mod state;
mod tokens;
mod wire;

pub use routes::{ROUTES, router};
pub use state::{IamRules, IamState, LiveRules};
