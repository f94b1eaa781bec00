//! The ledger: what was issued, to whom, and whether it is still valid.
//!
//! [`Ledger`] has six verbs: mint, inspect, list, amend, exchange, revoke. Callers describe what to mint in a
//! [`Plan`](ledger::Plan); one executor mints and writes it. This crate knows no protocol, no dialect and no page: their code is
//! passed as [`Hooks`](ledger::Hooks) when the ledger is opened.

pub mod address_ranges;
mod by_service;
pub mod catalog;
pub mod entity_cache;
pub mod formats;
mod freshness;
pub mod keys;
pub mod ledger;
pub mod refusal_log;
pub mod refusals;
pub mod request_source;
pub mod rights;
pub mod scope_policies;
pub mod suspension;
pub mod time_spent;
mod token_cache;
pub mod use_source;
pub mod uses;

pub use ledger::Ledger;
pub use request_source::RequestSource;

use jeton_model::records::DeclaredSingleUse;
use jeton_model::refusal::Kind;

/// The single-use kinds of the ledger's verbs and of suspensions.
pub const SINGLE_USE_KINDS: &[&[DeclaredSingleUse]] = &[ledger::SINGLE_USE_KINDS, suspension::SINGLE_USE_KINDS];

/// The refusals that this crate declares, by file.
pub const REFUSALS: &[&[&Kind]] = &[refusals::KINDS];
