//! The one place that reads the clock: measuring time is this crate's purpose, so it is not a parameter here.

use std::time::Instant;

/// The monotonic clock's reading.
#[expect(clippy::disallowed_methods, reason = "only durations are measured")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
