//! How the schema of the file describes a secret.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// Stands for [`jeton_core::Secret`] in the schema: `#[schemars(with = "SecretSchema")]`.
pub(crate) struct SecretSchema;

impl JsonSchema for SecretSchema {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password", "writeOnly": true })
    }
}
