//! Checks of access tokens for resource servers and for the user info endpoint (`docs/contracts/authlete.md` section 4.1).

mod demand;
mod dpop;
mod inspected;
mod replay;
mod userinfo;

pub use demand::{Demand, Lack};
pub use dpop::{DpopProof, ProofFault};
pub use inspected::Checked;
pub(crate) use replay::DPOP_ID;
