//! The management API (`docs/contracts/oauth-token-endpoint.md` section 14): clients, resource owners, scopes, claims;
//! at the root and below `/api`.

mod answers;
pub(crate) mod claims;
pub(crate) mod clients;
mod manager;
pub(crate) mod resource_owners;
pub(crate) mod scopes;
mod search;

pub(crate) use manager::Manager;
