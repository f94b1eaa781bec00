//! Extra properties of tokens: `{key, value, hidden}` (`docs/contracts/authlete.md` section 3).

use jeton_core::model::Property;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;
use serde_json::{Value, json};

use crate::call::Members;

/// The properties of a call; none when the member is absent.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn read(body: &Members) -> Result<Option<Vec<Property>>, Refusal> {
    let Some(all) = body.objects("properties")? else { return Ok(None) };
    let read = |each: &Members| {
        let key = each.text("key")?.ok_or_else(|| INVALID.with("each of `properties` needs a `key`"))?;
        let value = each.text("value")?.unwrap_or_default();
        Ok(Property { key: key.to_owned(), value: value.to_owned(), hidden: each.flag("hidden")? })
    };
    all.iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// Properties in an answer; `null` when there are none.
pub(crate) fn shown<'a>(all: impl Iterator<Item = &'a Property>) -> Value {
    let shown: Vec<_> =
        all.map(|each| json!({ "key": each.key, "value": each.value, "hidden": each.hidden })).collect();
    if shown.is_empty() { Value::Null } else { shown.into() }
}
