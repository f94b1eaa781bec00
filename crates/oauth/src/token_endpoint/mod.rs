//! The token endpoint: the part common to all grants.
//!
//! [`answer`] runs the steps for the [`GrantType`] that a request names. The grants of this crate are in `grants/`, one file
//! each; other features add their own.

mod answer;
mod authorized;
pub(crate) mod bound;
mod entitled;
mod grant_type;
pub(crate) mod lifetimes;
mod params;
pub mod refusals;
pub(crate) mod resource;

pub use answer::{TokenAnswer, answer};
pub(crate) use authorized::{Authorized, wants_refresh};
pub(crate) use entitled::{entitled, named};
pub use grant_type::{Decision, GrantContext, GrantRequest, GrantType, OnLost, OpenTo, ResponseTypeRule, names_of};
pub(crate) use lifetimes::{id_token, refresh};
pub use params::Params;
pub(crate) use params::RequestedScope;
