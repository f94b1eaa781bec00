//! Which robot calls: the name in its factory certificate, proven by an authority or by a pinned key
//! (`docs/contracts/vector.md` section 3).

mod authorities;
mod certificate;
mod name;
mod proof;

pub use authorities::{Authorities, NotAuthorities};
pub(crate) use name::RobotName;
pub(crate) use proof::Proof;
