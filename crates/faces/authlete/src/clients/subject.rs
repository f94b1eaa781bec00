//! The subject of a call: from the path, the query or the body.

use jeton_core::refusal::Refusal;
use jeton_core::refusals::SUBJECT_MISSING;

use crate::call::Cx;

/// The subject.
///
/// # Errors
/// [`SUBJECT_MISSING`], `INVALID`.
pub(super) fn of<'a>(cx: &'a Cx<'_>) -> Result<&'a str, Refusal> {
    if let Ok(subject) = cx.part("subject") {
        return Ok(subject);
    }
    cx.query.text("subject").or(cx.body.text("subject")?).ok_or(SUBJECT_MISSING)
}
