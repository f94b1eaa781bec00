//! INDIGO IAM's token administration (`contracts/indigo-iam.md`) over the ledger.

mod routes;
mod state;

pub use routes::{ROUTES, router};
pub use state::IamState;
