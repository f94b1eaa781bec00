//! Scope policies: which scopes people may have at all (`docs/contracts/indigo-iam.md` section 9).
//!
//! They are documents that administrators write; the entity cache holds them, and the executor removes from every plan for a
//! person the scopes that they do not permit. A service without policies permits everything.

mod evaluate;
mod matching;
mod policy;
mod verdict;

pub use evaluate::ScopePolicies;
pub use matching::{Matching, Pattern};
pub use policy::{ScopePolicy, Stored, Target};
pub use verdict::Verdict;

#[cfg(test)]
mod tests;
