//! Clients of a managed service, and what people granted them (`docs/contracts/authlete.md` section 4.3).
//!
//! A client is written as a document with the contract's members. What Jeton acts upon becomes part of its record, where
//! [`members`] says how; the rest is kept with it, so that what was written is shown as it was written.

mod alias;
mod alias_claim;
mod at_fault;
mod authorizations;
mod delete;
mod form;
mod granted_scopes;
mod list;
mod lock;
mod members;
mod named;
mod number;
mod read;
mod registration;
mod requestable_scopes;
mod scope;
mod secret;
mod shown;
mod write;

pub(crate) use alias_claim::CLIENT_ALIAS;
pub(crate) use form::encryption_name;
pub use granted_scopes::GrantedScopes;
pub use list::{ClientPage, ListAuthorized};
pub(crate) use number::CLIENT_NUMBER;
pub use read::ClientDocument;
pub use registration::RegisteredClient;
pub(crate) use scope::of_service;
pub use secret::NewClientSecret;
pub use shown::{client_document, client_number};
