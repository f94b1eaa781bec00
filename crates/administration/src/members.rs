//! The members of a JSON document, taken out one by one, so that unknown ones are left at the end.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use jeton_model::refusal::{Refusal, invalid};
use jeton_model::refusals::INVALID;
use jeton_model::type_error::type_error;

/// A document that is being read.
pub struct Members(Map<String, Value>);

impl Members {
    /// Starts reading a document.
    #[must_use]
    pub fn new(document: Map<String, Value>) -> Self {
        Self(document)
    }

    /// A member's value; none when it is absent or `null`.
    ///
    /// # Errors
    /// [`INVALID`] that names the member when its value is of another type.
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value).map(Some).map_err(|error| invalid(name, &type_error(&error))),
        }
    }

    /// Whether a member is there and has a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// The members with these names, unchanged.
    pub(super) fn take_all<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> Map<String, Value> {
        let mut taken = Map::new();
        for name in names {
            if let Some((name, value)) = self.0.remove_entry(name)
                && !value.is_null()
            {
                taken.insert(name, value);
            }
        }
        taken
    }

    /// Checks that all members have been taken, except those in `read_only`.
    ///
    /// # Errors
    /// [`INVALID`] that names the first member that was not taken.
    pub fn finish(mut self, read_only: &[&str]) -> Result<(), Refusal> {
        for name in read_only {
            self.0.remove(*name);
        }
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(INVALID.with(format!("`{name}` is not a known member"))),
        }
    }
}

/// A document without `enabled` that replaces another one keeps the stored value.
pub fn keep_enabled(document: &mut Map<String, Value>, stored: bool) {
    if document.get("enabled").is_none_or(Value::is_null) {
        document.insert("enabled".to_owned(), Value::Bool(stored));
    }
}
