//! The token endpoint: what every grant has in common.
//!
//! [`answer`] runs the steps for whatever [`GrantType`] a request names. The grants are in `grants/`, one file each; other
//! features have grants of their own.

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
