//! Scopes: a list of words.

use jeton_core::Scope;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;

use crate::call::Members;

/// `scopes`; none when the member is absent.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn read(body: &Members) -> Result<Option<Scope>, Refusal> {
    let Some(words) = body.texts("scopes")? else { return Ok(None) };
    let text = words.join(" ");
    if text.is_empty() {
        return Ok(Some(Scope::empty()));
    }
    Scope::parse(&text).map(Some).map_err(|_| INVALID.with("`scopes` must be words without spaces"))
}
