//! Token exchange, RFC 8693: who may exchange which tokens.
//!
//! The grant (`grants/token_exchange/`) reads the request; [`party`] verifies the presented tokens, [`rule`] defines what a
//! rule allows, [`decide`] finds the rule, [`current_rule`] evaluates it again at each refresh, [`act`] keeps the chain of
//! actors.

mod act;
mod current_rule;
mod decide;
mod formed;
mod manage;
mod party;
pub mod refusals;
mod rule;
mod scope_rules;

pub use decide::NO_RULE;
pub use manage::StoredRule;
pub use rule::{Acts, ClientMatch, ExchangeRule};
pub use scope_rules::ScopeRule;

pub(crate) use act::{chain, may_act};
pub(crate) use current_rule::{CurrentRule, may_name};
pub(crate) use decide::{Terms, decide};
pub(crate) use formed::formed;
pub(crate) use manage::is_declared;
pub(crate) use party::{MAY_ACT, Party, TokenType};
pub(crate) use scope_rules::ScopeRules;
