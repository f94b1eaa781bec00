//! RFC 9396 `authorization_details` in the contract's form: `{"elements": [{…, "otherFields": "{…}"}]}`, where `otherFields` is a
//! text with all members that the contract does not name.

use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;
use serde_json::{Map, Value, json};

use crate::call::Members;

/// A member that the contract names.
struct Named {
    /// Its name in the contract.
    wire: &'static str,
    /// Its name in RFC 9396.
    name: &'static str,
    /// Whether it is a list of texts; a text otherwise.
    is_list: bool,
}

const fn named(wire: &'static str, name: &'static str, is_list: bool) -> Named {
    Named { wire, name, is_list }
}

/// The members that the contract names; SDKs read them typed.
const NAMED: [Named; 6] = [
    named("type", "type", false),
    named("locations", "locations", true),
    named("actions", "actions", true),
    named("dataTypes", "datatypes", true),
    named("identifier", "identifier", false),
    named("privileges", "privileges", true),
];

impl Named {
    /// Whether a value is of its type.
    fn fits(&self, value: &Value) -> bool {
        match (self.is_list, value) {
            (false, Value::String(_)) => true,
            (true, Value::Array(all)) => all.iter().all(Value::is_string),
            _ => false,
        }
    }
}

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
    for Named { wire, name, is_list } in NAMED {
        if members.contains_key(name) {
            return Err(INVALID.with(format!("`otherFields` must not have `{name}`, which is a member of its own")));
        }
        let value = match is_list {
            true => each.texts(wire)?.map(|texts| json!(texts)),
            false => each.text(wire)?.map(|text| json!(text)),
        };
        members.extend(value.map(|value| (name.to_owned(), value)));
    }
    Ok(members.into())
}

/// The contract's form of the RFC's array; `null` when there is none.
pub(crate) fn shown(details: Option<&Value>) -> Value {
    let Some(Value::Array(all)) = details else { return Value::Null };
    let elements: Vec<_> = all.iter().filter_map(Value::as_object).map(shown_element).collect();
    json!({ "elements": elements })
}

/// A member that a client sent in another type is among the others.
fn shown_element(members: &Map<String, Value>) -> Value {
    let mut rest = members.clone();
    let mut shown = Map::new();
    for named in NAMED {
        if members.get(named.name).is_some_and(|value| named.fits(value))
            && let Some(value) = rest.remove(named.name)
        {
            shown.insert(named.wire.to_owned(), value);
        }
    }
    if !rest.is_empty() {
        shown.insert("otherFields".to_owned(), Value::Object(rest).to_string().into());
    }
    shown.into()
}
