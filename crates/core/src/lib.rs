//! Jeton's core: the ledger, its rules and its ports.
//!
//! Everything a face can ask of the product is a verb of [`Ledger`]: mint, inspect, list, amend, exchange, revoke.
//! A grant or an admin call only *decides*, by returning a [`ledger::Plan`]; one executor mints and writes it.
//! This crate knows no HTTP, no SQL and no wall clock: storage, time, randomness come in through [`Store`], [`Clock`]
//! and [`Entropy`].

mod address_ranges;
pub mod administration;
pub mod api_tokens;
pub mod assertion;
pub mod authorization;
mod budget;
mod budgets;
pub mod catalog;
mod certificate;
pub mod claims;
pub mod client_auth;
pub mod confirmation;
pub mod device;
mod dialect;
pub mod directory;
mod documents;
pub mod exchange;
pub mod filter;
pub mod formats;
mod freshness;
pub mod grants;
mod index;
pub mod introspection;
pub mod keys;
pub mod ledger;
pub mod logout;
pub mod origin;
pub mod outbound;
pub mod people;
pub mod prodmanager;
mod profile_rule;
pub mod profiles;
pub mod refusal;
pub mod refusal_log;
pub mod registration;
pub mod revocation;
mod rights;
pub mod scope_policies;
mod sealed;
mod strangers;
pub mod suspension;
pub mod token_administration;
pub mod trusted_issuers;
pub mod trusted_keys;
pub mod uma;
mod use_source;
pub mod userinfo;
mod wiring;

pub use dialect::Dialect;
pub use jeton_jose::Secret;
pub use jeton_model::{
    Clock, Entropy, Scope, Store, SystemClock, SystemEntropy, Timestamp, WorkerLoss, capability, clock, entropy, ids,
    records as model, scope, store, terms, worker_loss,
};
pub use ledger::Ledger;
pub use origin::Origin;
pub use outbound::Outbound;
pub use refusal::Refusal;
pub use strangers::StrangersTotal;
