//! JSON objects in which no member appears twice.
//!
//! RFC 7515 §4 and RFC 7519 §4 leave a duplicate to the parser: refuse it, or let the last one win. Two parsers that
//! choose differently can be played against each other, so it is refused, at every depth.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The bytes are not the JSON that was expected, with unique member names.
#[derive(Debug, thiserror::Error)]
#[error("not the expected JSON with unique member names")]
pub struct JsonError(#[source] serde_json::Error);

/// Reads a JSON object: a JOSE header (RFC 7515 §4) or a claims set (RFC 7519 §4).
///
/// # Errors
/// [`JsonError`] when the text is not JSON, is no object, or repeats a member anywhere.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let UniqueObject(map) = serde_json::from_slice(bytes).map_err(JsonError)?;
    Ok(map)
}

/// Reads a JSON list; the objects in it repeat no member either.
///
/// # Errors
/// [`JsonError`] when the text is not JSON, is no list, or repeats a member anywhere.
pub fn parse_list(bytes: &[u8]) -> Result<Vec<Value>, JsonError> {
    match serde_json::from_slice(bytes).map_err(JsonError)? {
        UniqueValue(Value::Array(list)) => Ok(list),
        UniqueValue(_) => Err(JsonError(de::Error::custom("not a list"))),
    }
}

struct UniqueObject(Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match UniqueValue::deserialize(deserializer)? {
            UniqueValue(Value::Object(map)) => Ok(Self(map)),
            UniqueValue(_) => Err(de::Error::custom("not an object")),
        }
    }
}

struct UniqueValue(Value);

impl<'de> Deserialize<'de> for UniqueValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(UniqueValue(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, UniqueValue(value))) = members.next_entry::<String, _>()? {
            if map.insert(name, value).is_some() {
                return Err(de::Error::custom("a member appears twice"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        let text = r#"{"a":[1,-2,3.5,null,true,"x",{"b":{}}],"c":"\u0061"}"#;
        let plain: Option<Map<String, Value>> = serde_json::from_str(text).ok();
        assert!(plain.is_some());
        assert_eq!(parse_object(text.as_bytes()).ok(), plain);
    }

    #[test]
    fn refuses_duplicates_at_any_depth() {
        for refused in [
            r#"{"alg":"HS256","alg":"HS256"}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":1}]}"#,
            // The same name, written with an escape.
            r#"{"alg":"HS256","\u0061lg":"RS256"}"#,
        ] {
            assert!(parse_object(refused.as_bytes()).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_list_is_as_strict() {
        assert_eq!(parse_list(br#"[{"a":1},2]"#).unwrap().len(), 2);
        for refused in ["{}", "[", "[] x", r#"[{"a":1,"a":2}]"#] {
            assert!(parse_list(refused.as_bytes()).is_err(), "{refused}");
        }
    }

    #[test]
    fn refuses_what_is_no_object() {
        for refused in ["", "[]", "null", "\"a\"", "{}{}", "{} x", "{\"a\":1,}", "\u{feff}{}"] {
            assert!(parse_object(refused.as_bytes()).is_err(), "{refused}");
        }
        assert!(parse_object(b"{\"a\":\"\xff\"}").is_err());
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        assert!(parse_object(deep.as_bytes()).is_err());
    }
}
