//! Proofs of possession of a key (RFC 9449): of the tokens that resource servers check, and of API tokens.

mod proof;
mod replay;

pub use proof::{DpopProof, ProofFault};
pub(crate) use replay::DPOP_ID;
