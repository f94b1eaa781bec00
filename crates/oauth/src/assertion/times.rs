//! When an assertion is valid.

use std::time::Duration;

use super::{Assertion, AssertionError};
use jeton_model::clock::Timestamp;

/// The tolerated difference between two clocks (`docs/contracts/oauth-token-endpoint.md` section 3).
pub const SKEW: Duration = Duration::from_secs(30);

impl Assertion {
    /// Checks the times at `now`: `exp` is present, not past, and at most `longest` ahead; neither `nbf` nor `iat` lies in the
    /// future. [`SKEW`] applies to all of them. Returns the time from which the assertion is no longer accepted.
    ///
    /// # Errors
    /// [`AssertionError::Expired`], [`AssertionError::LongLived`], [`AssertionError::NotYet`], in this order.
    pub fn check_times(&self, now: Timestamp, longest: Duration) -> Result<Timestamp, AssertionError> {
        let claims = self.claims();
        let end = claims.exp().ok().flatten().ok_or(AssertionError::Expired)? + SKEW;
        if end <= now {
            return Err(AssertionError::Expired);
        }
        if end > now + longest + SKEW + SKEW {
            return Err(AssertionError::LongLived);
        }
        for begin in [claims.nbf(), claims.iat()] {
            let begin = begin.map_err(|_| AssertionError::NotYet)?;
            if begin.is_some_and(|begin| begin > now + SKEW) {
                return Err(AssertionError::NotYet);
            }
        }
        Ok(end)
    }
}
