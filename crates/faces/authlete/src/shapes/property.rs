//! Extra properties of tokens: `{key, value, hidden}` (`docs/contracts/authlete.md` section 3).

use jeton_core::backend::records::check_properties;
use jeton_core::model::Property;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;
use serde::Serialize;

use crate::call::Members;

/// The properties of a call; none when the member is absent.
///
/// # Errors
/// [`INVALID`], `RECORD_PROPERTIES_TOO_LARGE`.
pub(crate) fn read(body: &Members) -> Result<Option<Vec<Property>>, Refusal> {
    let Some(all) = body.objects("properties")? else { return Ok(None) };
    let read = |each: &Members| {
        let key = each.text("key")?.ok_or_else(|| INVALID.with("each of `properties` needs a `key`"))?;
        let value = each.text("value")?.unwrap_or_default();
        Ok(Property { key: key.to_owned(), value: value.to_owned(), hidden: each.flag("hidden")? })
    };
    let all: Vec<Property> = all.iter().map(read).collect::<Result<_, Refusal>>()?;
    check_properties(&all)?;
    Ok(Some(all))
}

/// A property in an answer.
#[derive(Serialize)]
pub(crate) struct Shown<'a> {
    key: &'a str,
    value: &'a str,
    hidden: bool,
}

/// Properties in an answer; none when there are none.
pub(crate) fn shown<'a>(all: impl Iterator<Item = &'a Property>) -> Option<Vec<Shown<'a>>> {
    let shown: Vec<_> = all.map(|each| Shown { key: &each.key, value: &each.value, hidden: each.hidden }).collect();
    (!shown.is_empty()).then_some(shown)
}
