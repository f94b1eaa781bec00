//! The schema of what a file may say of a client, from the tables that declare it.

use std::borrow::Cow;

use jeton_core::model::{Shape, client_properties};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::config::duration::DurationText;
use crate::config::one_or_many::OneOrMany;

/// Stands for the properties in the schema: `#[schemars(with = "ClientPropertiesSchema")]`.
pub(super) struct ClientPropertiesSchema;

impl JsonSchema for ClientPropertiesSchema {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ClientProperties".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut property = |shape| match shape {
            Shape::Text | Shape::Page | Shape::SecurePage | Shape::Endpoint | Shape::Word | Shape::Scope => {
                json!({ "type": "string" })
            }
            Shape::Texts | Shape::Endpoints | Shape::Words | Shape::Redirects => {
                json!({ "type": "array", "items": { "type": "string" } })
            }
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::Number => json!({ "type": "integer", "minimum": 0 }),
            Shape::Keys => json!({ "type": "object", "additionalProperties": true }),
            Shape::Choice(words) => json!({ "type": "string", "enum": words }),
            Shape::Seconds => DurationText::json_schema(generator).to_value(),
            Shape::Audience => OneOrMany::json_schema(generator).to_value(),
        };
        let described = |doc: &str, mut schema: Value| {
            if let Some(members) = schema.as_object_mut() {
                members.insert("description".to_owned(), doc.into());
            }
            schema
        };
        let properties: Map<_, _> = client_properties()
            .map(|declared| (declared.name.to_owned(), described(declared.doc(), property(declared.shape))))
            .collect();
        json_schema!({ "type": "object", "properties": properties })
    }
}
