//! Values of a client's record in documents: a lifetime is a number of seconds, a scope a text or a list.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Algorithm;
use serde_json::{Value, json};

use super::client::{AuthMethod, CompatibilityMode, Introspect, ResponseScope, Rotation};
use super::{AccessTokenTyp, TokenFormat};
use crate::scope::Scope;
use crate::type_error::type_error;

/// A value of the record as documents have it.
pub(super) trait ClientValue: Sized {
    /// Reads it; an error says what it must be.
    fn read(value: Value) -> Result<Self, String>;

    /// As a document shows it; null: it is left out.
    fn show(&self) -> Value;
}

/// Values whose JSON form is that of the stored record.
macro_rules! as_stored {
    ($($type:ty),+) => {$(
        impl ClientValue for $type {
            fn read(value: Value) -> Result<Self, String> {
                serde_json::from_value(value).map_err(|error| type_error(&error))
            }

            fn show(&self) -> Value {
                json!(self)
            }
        }
    )+};
}

as_stored!(bool, Vec<String>, AccessTokenTyp, Algorithm, CompatibilityMode, Introspect, ResponseScope, Rotation);

impl<T: ClientValue> ClientValue for Option<T> {
    fn read(value: Value) -> Result<Self, String> {
        T::read(value).map(Some)
    }

    fn show(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::show)
    }
}

impl ClientValue for Duration {
    fn read(value: Value) -> Result<Self, String> {
        match serde_json::from_value(value).map_err(|error| type_error(&error))? {
            0 => Err("must be at least 1 second".to_owned()),
            seconds => Ok(Self::from_secs(seconds)),
        }
    }

    fn show(&self) -> Value {
        self.as_secs().into()
    }
}

impl ClientValue for Scope {
    fn read(value: Value) -> Result<Self, String> {
        let text = match value {
            Value::String(text) => text,
            list => serde_json::from_value::<Vec<String>>(list)
                .map_err(|_| "must be a text of words separated by spaces, or a list of words".to_owned())?
                .join(" "),
        };
        Self::parse(&text).map_err(|bad| bad.to_string())
    }

    fn show(&self) -> Value {
        json!(self)
    }
}

/// An audience. An empty one would count as none, and then requests may name any.
impl ClientValue for Arc<str> {
    fn read(value: Value) -> Result<Self, String> {
        let words = Scope::read(value)?;
        if words.is_empty() {
            return Err("names nobody: name somebody, or leave it out for the service's".to_owned());
        }
        Ok(words.as_str().into())
    }

    fn show(&self) -> Value {
        if self.is_empty() { Value::Null } else { self.split(' ').collect() }
    }
}

impl ClientValue for TokenFormat {
    fn read(value: Value) -> Result<Self, String> {
        match serde_json::from_value(value).map_err(|error| type_error(&error))? {
            Self::Foreign => Err("must be jwt or opaque".to_owned()),
            format => Ok(format),
        }
    }

    fn show(&self) -> Value {
        json!(self)
    }
}

impl ClientValue for AuthMethod {
    fn read(value: Value) -> Result<Self, String> {
        let name: String = serde_json::from_value(value).map_err(|error| type_error(&error))?;
        let served = || Self::ALL.map(Self::name).join(", ");
        let named = Self::ALL.into_iter().find(|method| method.name() == name);
        named.ok_or_else(|| format!("{name} is not served: use one of {}", served()))
    }

    fn show(&self) -> Value {
        json!(self)
    }
}
