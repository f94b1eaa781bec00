//! RFC 9396 `authorization_details` in the contract's form: `{"elements": [{…, "otherFields": "{…}"}]}`, where `otherFields` is a
//! text with all members that the contract does not name.

use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;
use serde_json::{Map, Value, json};

use crate::call::Members;

/// Members that the contract names, and their names in RFC 9396.
const NAMED: [(&str, &str); 6] = [
    ("type", "type"),
    ("locations", "locations"),
    ("actions", "actions"),
    ("dataTypes", "datatypes"),
    ("identifier", "identifier"),
    ("privileges", "privileges"),
];

/// The RFC's array; none when the member is absent.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn read(body: &Members) -> Result<Option<Value>, Refusal> {
    let Some(details) = body.object("authorizationDetails")? else { return Ok(None) };
    let Some(elements) = details.objects("elements")? else { return Ok(None) };
    elements.iter().map(element).collect::<Result<Vec<_>, _>>().map(|all| Some(all.into()))
}

fn element(each: &Members) -> Result<Value, Refusal> {
    if each.text("type")?.is_none() {
        return Err(INVALID.with("each element of `authorizationDetails` needs a `type`"));
    }
    let mut members = each.json_text("otherFields")?.unwrap_or_default();
    for (wire, name) in NAMED {
        if let Some(value) = each.get(wire) {
            members.insert(name.to_owned(), value.clone());
        }
    }
    Ok(members.into())
}

/// The contract's form of the RFC's array; `null` when there is none.
pub(crate) fn shown(details: Option<&Value>) -> Value {
    let Some(Value::Array(all)) = details else { return Value::Null };
    let elements: Vec<_> = all.iter().filter_map(Value::as_object).map(shown_element).collect();
    json!({ "elements": elements })
}

fn shown_element(members: &Map<String, Value>) -> Value {
    let mut rest = members.clone();
    let mut shown = Map::new();
    for (wire, name) in NAMED {
        if let Some(value) = rest.remove(name) {
            shown.insert(wire.to_owned(), value);
        }
    }
    if !rest.is_empty() {
        shown.insert("otherFields".to_owned(), Value::Object(rest).to_string().into());
    }
    shown.into()
}
