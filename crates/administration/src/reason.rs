//! The reason that an administrator gives for a change, for the audit trail.

use jeton_model::refusal::{Refusal, invalid};
use jeton_model::refusals::PARAMETER_MISSING;

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// A reason with content, in one line.
///
/// # Errors
/// [`PARAMETER_MISSING`] for one that is blank; `INVALID` for one with control characters, or with more than 500.
pub fn readable_reason(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(PARAMETER_MISSING.with("reason"));
    }
    if reason.chars().count() > LONGEST || reason.contains(char::is_control) {
        return Err(invalid("reason", "must be one line of at most 500 characters"));
    }
    Ok(reason.to_owned())
}
