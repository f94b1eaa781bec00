//! ProdManager's API tokens (`contracts/prodmanager.md`) over the ledger.

mod routes;
mod state;

pub use routes::{ROUTES, router};
pub use state::ApiTokensState;
