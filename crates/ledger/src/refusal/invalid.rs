//! A member with a wrong value.

use super::Refusal;

/// A member's value is wrong; `why` continues the sentence.
#[must_use]
pub fn invalid(name: &str, why: &str) -> Refusal {
    Refusal::Invalid(format!("`{name}`: {why}"))
}
