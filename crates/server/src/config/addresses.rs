//! A key that takes one address with its port or a list of them.

use std::borrow::Cow;
use std::net::SocketAddr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    One(SocketAddr),
    Many(Vec<SocketAddr>),
}

/// For `#[serde(deserialize_with = "addresses::deserialize")]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SocketAddr>, D::Error> {
    Ok(match Written::deserialize(deserializer)? {
        Written::One(address) => vec![address],
        Written::Many(list) => list,
    })
}

/// Stands for such a key in the schema.
pub(crate) struct Addresses;

impl JsonSchema for Addresses {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Addresses".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "array"], "format": "jeton-addresses", "items": { "type": "string" } })
    }
}
