//! The lifetime of a token; for API tokens, within the service's policy.

use std::time::Duration;

use crate::refusals::API_TOKEN_LIFETIME;
use jeton_model::Refusal;
use jeton_model::records::ApiTokenPolicy;
use jeton_model::refusals::INVALID;

/// The lifetime of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// As the client or the service says; for API tokens, as the policy says.
    Usual,
    /// This long.
    For(Duration),
    /// Unlimited.
    Never,
}

impl Lifetime {
    /// The lifetime of an API token for this request; none: unlimited.
    ///
    /// # Errors
    /// [`API_TOKEN_LIFETIME`] when it is longer than allowed, [`INVALID`] below a second.
    pub fn within(self, policy: &ApiTokenPolicy) -> Result<Option<Duration>, Refusal> {
        match self {
            Self::Usual => Ok(Some(policy.default_lifetime.min(policy.max_lifetime))),
            Self::Never if policy.allow_never => Ok(None),
            Self::Never => Err(API_TOKEN_LIFETIME.with(policy.max_lifetime.as_secs().to_string())),
            Self::For(life) if life > policy.max_lifetime => {
                Err(API_TOKEN_LIFETIME.with(policy.max_lifetime.as_secs().to_string()))
            }
            Self::For(life) if life < Duration::from_secs(1) => {
                Err(INVALID.with("`lifetime` must be 1 second at least"))
            }
            Self::For(life) => Ok(Some(life)),
        }
    }
}

/// The lifetime of another token, within what is allowed now.
pub(crate) fn like(policy: &ApiTokenPolicy, life: Option<Duration>) -> Option<Duration> {
    match life {
        None if policy.allow_never => None,
        None => Some(policy.default_lifetime.min(policy.max_lifetime)),
        Some(life) => Some(life.min(policy.max_lifetime)),
    }
}
