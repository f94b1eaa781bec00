//! JSON as some SDKs need it: they fail on `null`.

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::{Map, Value};

/// A value that is written without the members and elements that are `null`, at every depth.
pub(crate) struct Strict<'a>(pub(crate) &'a Value);

/// The same for an object.
pub(crate) struct StrictMembers<'a>(pub(crate) &'a Map<String, Value>);

impl Serialize for Strict<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => StrictMembers(members).serialize(to),
            Value::Array(all) => {
                let mut list = to.serialize_seq(None)?;
                for value in all.iter().filter(|value| !value.is_null()) {
                    list.serialize_element(&Strict(value))?;
                }
                list.end()
            }
            other => other.serialize(to),
        }
    }
}

impl Serialize for StrictMembers<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_map(None)?;
        for (name, value) in self.0.iter().filter(|(_, value)| !value.is_null()) {
            object.serialize_entry(name, &Strict(value))?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Strict;

    #[test]
    fn nothing_that_is_null_is_written() {
        let value = json!({ "a": null, "b": [null, 1, { "c": null, "d": {} }], "e": { "f": [null] }, "g": false });
        let text = serde_json::to_string(&Strict(&value)).unwrap();
        assert_eq!(text, r#"{"b":[1,{"d":{}}],"e":{"f":[]},"g":false}"#);
    }
}
