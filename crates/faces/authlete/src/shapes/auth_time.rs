//! When a person signed in, in seconds since 1970.

use std::time::Duration;

use jeton_core::Timestamp;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;

use crate::call::Members;

/// How far the clock of an authorization server may be ahead.
const AHEAD: Duration = Duration::from_secs(300);

/// `authTime`; none when it is absent, zero or less.
///
/// # Errors
/// [`INVALID`] for a time in the future, which would meet any `max_age`.
pub(crate) fn read(body: &Members, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let Some(seconds) = body.positive("authTime")? else { return Ok(None) };
    let latest = (now + AHEAD).seconds().unsigned_abs();
    if seconds > latest {
        return Err(INVALID.with("`authTime` must be a time in the past, in seconds since 1970"));
    }
    Ok(Some(Timestamp::from_seconds(seconds.cast_signed())))
}
