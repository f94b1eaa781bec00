//! A JSON object whose empty members are left out (the contract's `NON_EMPTY` rule, section 3.4), in the order written.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

/// An object under construction.
#[derive(Default)]
pub(crate) struct Members(Vec<(&'static str, Value)>);

impl Members {
    /// Adds a member, unless its value is null, an empty text, an empty list or an empty object.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !is_empty(&value) {
            self.0.push((name, value));
        }
        self
    }

    /// Keeps the members with these names, and `id`.
    pub(crate) fn only(mut self, names: &[String]) -> Self {
        self.0.retain(|(name, _)| *name == "id" || names.iter().any(|kept| kept == name));
        self
    }

    /// As a value, for a member of another object. The order of its members is lost.
    pub(crate) fn value(self) -> Value {
        Value::Object(self.0.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
