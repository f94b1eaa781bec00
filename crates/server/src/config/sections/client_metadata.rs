//! The schema of a client's metadata, from the table that declares its properties.

use std::borrow::Cow;

use jeton_core::model::{CLIENT_PROPERTIES, Shape};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

/// Stands for [`jeton_core::model::ClientMetadata`] in the schema: `#[schemars(with = "ClientMetadataSchema")]`.
pub(super) struct ClientMetadataSchema;

impl JsonSchema for ClientMetadataSchema {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ClientMetadata".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let property = |shape| match shape {
            Shape::Text | Shape::Page | Shape::Endpoint => json!({ "type": "string" }),
            Shape::Texts | Shape::Endpoints => json!({ "type": "array", "items": { "type": "string" } }),
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::Number => json!({ "type": "integer", "minimum": 0 }),
            Shape::Keys => json!({ "type": "object", "additionalProperties": true }),
        };
        let described = |doc: &str, mut schema: Value| {
            if let Some(members) = schema.as_object_mut() {
                members.insert("description".to_owned(), doc.into());
            }
            schema
        };
        let properties: Map<_, _> = CLIENT_PROPERTIES
            .iter()
            .map(|declared| (declared.name.to_owned(), described(declared.doc(), property(declared.shape))))
            .collect();
        json_schema!({ "type": "object", "properties": properties })
    }
}
