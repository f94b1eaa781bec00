//! Checks of access tokens for resource servers and for the user info endpoint (`docs/contracts/authlete.md` section 4.1).

mod demand;
mod inspected;
mod introspection_jwt;
mod userinfo;

pub use demand::{Demand, Lack};
pub use inspected::Checked;
pub use introspection_jwt::JwtDemand;
