//! The token endpoint: the part common to all grants.
//!
//! [`answer`] runs the steps for the [`GrantType`] that a request names. The grants of this crate are in `grants/`, one file
//! each; other features add their own.

mod answer;
mod authorized;
pub(crate) mod bound;
mod entitled;
mod extras;
mod grant_type;
mod handed;
mod id_token_claims;
pub(crate) mod lifetimes;
mod missing;
mod params;
pub mod refusals;
mod reissue;
pub(crate) mod resource;

pub use answer::{TokenAnswer, TokenOutcome, answer, answer_caller};
pub(crate) use authorized::{Authorized, wants_refresh};
pub(crate) use entitled::{entitled, named};
pub use extras::Extras;
pub use grant_type::{Decision, GrantContext, GrantRequest, GrantType, OnLost, OpenTo, ResponseTypeRule, names_of};
pub use handed::{Handed, HandedExchange, HandedPassword, HandedRequest, HandedToken};
pub(crate) use id_token_claims::describe;
pub(crate) use lifetimes::{id_token, refresh};
pub use params::Params;
pub(crate) use params::RequestedScope;
pub use resource::of_values as resource_indicators;
