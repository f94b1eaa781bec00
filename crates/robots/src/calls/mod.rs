//! The calls of the token service (`docs/contracts/vector.md` section 7), without its wire.
//!
//! Each reads the robot, decides, and writes the robot's record with what is minted and what ends in one commit; when another call
//! changed the record meanwhile, it starts again. So each call happens as a whole or not at all.

mod associate_primary;
mod associate_secondary;
mod association;
mod ban;
mod disassociate;
mod live;
mod reassociate;
mod refresh;
mod revoke;
mod revoked;
mod session;
mod session_certificate;

pub use crate::app_token::ClientName;
pub use associate_primary::Association;
pub use associate_secondary::SecondaryClient;
pub use reassociate::Reassociation;
pub use refresh::Refresh;
pub use revoked::RevokedPage;
pub(crate) use session::AccountSession;
