//! Members as JSON text. Not `jsonb`, which refuses `\u0000` and forgets how numbers were written.

use jeton_model::store::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The text of a value.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::failed)
}

/// The value of a text.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt { what })
}
