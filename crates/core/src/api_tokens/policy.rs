//! How long an API token lives, by the service's policy.

use std::time::Duration;

use crate::administration::Lifetime;
use crate::model::ApiTokenPolicy;
use crate::refusal::Refusal;

impl ApiTokenPolicy {
    /// The life that an order gets.
    ///
    /// # Errors
    /// [`Refusal::ApiTokenLifetime`] when it is longer than allowed, [`Refusal::Invalid`] below a second.
    pub fn life(&self, asked: Lifetime) -> Result<Option<Duration>, Refusal> {
        match asked {
            Lifetime::Usual => Ok(Some(self.default_lifetime.min(self.max_lifetime))),
            Lifetime::Never if self.allow_never => Ok(None),
            Lifetime::Never => Err(Refusal::ApiTokenLifetime(self.max_lifetime.as_secs())),
            Lifetime::For(life) if life > self.max_lifetime => {
                Err(Refusal::ApiTokenLifetime(self.max_lifetime.as_secs()))
            }
            Lifetime::For(life) if life < Duration::from_secs(1) => {
                Err(Refusal::Invalid("`lifetime` must be 1 second at least".into()))
            }
            Lifetime::For(life) => Ok(Some(life)),
        }
    }

    /// As long as another one lived, within what is allowed now.
    pub(super) fn like(&self, life: Option<Duration>) -> Option<Duration> {
        match life {
            None if self.allow_never => None,
            None => Some(self.default_lifetime.min(self.max_lifetime)),
            Some(life) => Some(life.min(self.max_lifetime)),
        }
    }
}
