//! Clients that are known by a document at their client id (draft-ietf-oauth-client-id-metadata-document): the client id is a URL,
//! and what a registration would send stands there.
//!
//! 1. [`identifier`]: which URLs are client ids.
//! 2. [`fetch`]: the document is read through the guarded network port, by a caller who need not be known.
//! 3. [`document`]: what it must say, and must not.
//! 4. [`memory`]: documents are remembered, so that a stranger's requests cost little.
//! 5. [`described`]: the client that a document describes, with what the ledger knows of it. Nothing is written until a person has
//!    allowed it something ([`kept`]).

mod described;
mod document;
mod fetch;
mod identifier;
mod memory;
pub mod refusals;

pub(crate) use described::{described, shown};
pub use described::{host, kept};
pub use document::ClientDocument;
pub(crate) use memory::Documents;
