//! The types of the members of services and clients: what is written is shown again as it was written, and the SDKs that read it are
//! typed. One table for each object; a member that no table names is kept as it is, for SDKs that know more (`docs/contracts/authlete.md`
//! sections 1.3 and 1.4).

mod client;
mod constants;
mod service;
mod uri;

use jeton_model::Refusal;
use jeton_model::refusals::INVALID;
use serde_json::{Map, Value};

pub(crate) use client::CLIENT;
pub(crate) use service::SERVICE;

/// The members of an object, by what their values are.
pub(crate) type Table = &'static [(Shape, &'static [&'static str])];

/// What a value is.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// A string.
    Text,
    /// A string that is a URI, absolute or relative (RFC 3986).
    Uri,
    /// `true` or `false`.
    Flag,
    /// A whole number of 32 bits.
    Int,
    /// A whole number below 2^53.
    Whole,
    /// One of these strings.
    Constant(&'static [&'static str]),
    /// An object with these members.
    Object(Table),
    /// A list of one of the above.
    List(&'static Shape),
}

/// The largest number that every SDK can read.
const LARGEST: u64 = 1 << 53;

impl Shape {
    /// Whether a value is one.
    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text, Value::String(_)) | (Self::Flag, Value::Bool(_)) => true,
            (Self::Uri, Value::String(text)) => text.is_empty() || uri::is_uri(text),
            (Self::Int, Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            (Self::Whole, Value::Number(number)) => {
                number.as_i64().is_some_and(|number| number.unsigned_abs() < LARGEST)
            }
            (Self::Constant(all), Value::String(text)) => all.contains(&text.as_str()),
            (Self::Object(table), Value::Object(members)) => wrong_one(table, members).is_none(),
            (Self::List(one), Value::Array(all)) => all.iter().all(|each| one.fits(each)),
            _ => false,
        }
    }

    /// What a value must be.
    fn expected(self) -> String {
        match self {
            Self::Text => "a string".to_owned(),
            Self::Uri => "a string with a URI".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Int => "a whole number of 32 bits".to_owned(),
            Self::Whole => "a whole number below 2^53".to_owned(),
            Self::Constant(all) => format!("one of {}", all.join(", ")),
            Self::Object(_) => "an object".to_owned(),
            Self::List(Self::Constant(all)) => format!("a list of {}", all.join(", ")),
            Self::List(Self::Object(_)) => "a list of objects".to_owned(),
            Self::List(Self::Uri) => "a list of URIs".to_owned(),
            Self::List(_) => "a list of strings".to_owned(),
        }
    }

    /// The table of the objects inside, if there are any.
    const fn inside(self) -> Option<Table> {
        match self {
            Self::Object(table) => Some(table),
            Self::List(one) => one.inside(),
            _ => None,
        }
    }
}

/// The shape of a member; none: no table names it.
fn shape(table: Table, name: &str) -> Option<Shape> {
    table.iter().find(|(_, names)| names.contains(&name)).map(|(shape, _)| *shape)
}

/// Whether a member counts as absent: an empty string where a constant is expected.
pub(crate) fn is_absent(table: Table, name: &str, value: &Value) -> bool {
    value == "" && matches!(shape(table, name), Some(Shape::Constant(_)))
}

/// Takes out what is `null`, at every depth: an SDK reads an enumeration's value that it does not know as `null`, and sends it back
/// (`docs/contracts/authlete.md` section 8).
pub(crate) fn drop_nulls(members: &mut Map<String, Value>) {
    members.retain(|_, value| {
        without_nulls(value);
        !value.is_null()
    });
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => drop_nulls(members),
        Value::Array(all) => all.retain_mut(|each| {
            without_nulls(each);
            !each.is_null()
        }),
        _ => {}
    }
}

/// Checks the members of an object.
///
/// # Errors
/// [`INVALID`] that names the member, and what it must be.
pub(crate) fn check(table: Table, members: &Map<String, Value>) -> Result<(), Refusal> {
    match wrong_one(table, members) {
        None => Ok(()),
        Some((name, what)) => Err(INVALID.with(format!("`{name}` must be {what}"))),
    }
}

/// The first member that is not what it must be, and what that is; of one inside, with the name of what it is in.
fn wrong_one(table: Table, members: &Map<String, Value>) -> Option<(String, String)> {
    members.iter().find_map(|(name, value)| {
        let shape = shape(table, name).filter(|shape| !shape.fits(value))?;
        let objects = match value {
            Value::Array(all) => all.iter().filter_map(Value::as_object).collect(),
            Value::Object(object) => vec![object],
            _ => Vec::new(),
        };
        let inside = shape.inside().and_then(|table| objects.into_iter().find_map(|each| wrong_one(table, each)));
        match inside {
            Some((inner, what)) => Some((format!("{name}.{inner}"), what)),
            None => Some((name.clone(), shape.expected())),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::{CLIENT, SERVICE, Table, check};

    fn said(table: Table, members: Value) -> String {
        let refusal = check(table, members.as_object().unwrap());
        refusal.err().map(|refusal| refusal.word().to_owned()).unwrap_or_default()
    }

    #[test]
    fn each_member_has_its_type_and_a_wrong_one_is_named() {
        for (members, wrong) in [
            (json!({ "clientName": "a", "unknown": 5, "clientNames": [{ "tag": "de", "value": "A" }] }), ""),
            (json!({ "clientName": 5 }), "`clientName` must be a string"),
            (json!({ "fapiModes": ["X"] }), "`fapiModes` must be a list of FAPI1_ADVANCED"),
            (json!({ "clientNames": ["A"] }), "`clientNames` must be a list of objects"),
            (json!({ "clientNames": [{ "tag": 1 }] }), "`clientNames.tag` must be a string"),
            (json!({ "logoUri": "http://a b" }), "`logoUri` must be a string with a URI"),
            (json!({ "defaultMaxAge": 3_000_000_000_u64 }), "`defaultMaxAge` must be a whole number of 32 bits"),
            (json!({ "extension": { "accessTokenDuration": 1.5 } }), "`extension.accessTokenDuration` must be"),
        ] {
            let said = said(CLIENT, members.clone());
            assert!(said.starts_with(wrong) && said.is_empty() == wrong.is_empty(), "{members}: {said}");
        }
        let mut members = json!({ "a": null, "supportedScopes": [null, { "name": "a", "defaultEntry": null }] });
        super::drop_nulls(members.as_object_mut().unwrap());
        assert_eq!(members, json!({ "supportedScopes": [{ "name": "a" }] }));
    }

    #[test]
    fn no_member_is_in_a_table_twice() {
        for table in [CLIENT, SERVICE] {
            let names: Vec<_> = table.iter().flat_map(|(_, names)| *names).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        }
    }
}
