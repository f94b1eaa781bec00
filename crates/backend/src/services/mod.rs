//! Services as tenants (`docs/contracts/authlete.md` sections 3 and 4.2): each has its own issuer, keys, clients and tokens.
//!
//! A service is written as a document with the contract's members. The document is kept as it was written, and is the source of
//! the settings: members that are absent have the value that a new service would have.

mod declare;
mod declared;
mod delete;
mod document;
mod issuer;
mod keys;
mod lifetimes;
mod rule;
mod settings;
mod write;

pub use declare::DeclaredService;
pub(crate) use declared::Declared;
pub use rule::BackendRule;
pub(crate) use settings::BATCH_NOTICES;
pub use settings::ServiceDocument;
