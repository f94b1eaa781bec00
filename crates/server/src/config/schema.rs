//! The JSON Schema of the file.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::Config;

impl Config {
    /// The JSON Schema (draft 2020-12) of the file, as `jeton check --schema` prints it.
    #[must_use]
    pub fn schema() -> Value {
        let generator =
            SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
        let mut schema = generator.into_root_schema_for::<Self>().to_value();
        tidy(&mut schema);
        schema
    }
}

/// Makes the derived schema describe what [`Config::load`] accepts: no unknown keys, no null, a `…_file` key for each
/// secret.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(object) => {
            object.values_mut().for_each(tidy);
            drop_null(object);
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                add_secret_files(properties);
                object.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        _ => {}
    }
}

/// TOML has no null: an optional key is a key left out.
fn drop_null(object: &mut Map<String, Value>) {
    if object.get("default").is_some_and(Value::is_null) {
        object.remove("default");
    }
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(mut variants)) = object.remove("anyOf") {
        variants.retain(|variant| variant.get("type").is_none_or(|name| name != "null"));
        match variants.pop() {
            Some(Value::Object(only)) if variants.is_empty() => {
                for (name, value) in only {
                    object.entry(name).or_insert(value);
                }
            }
            Some(other) => {
                variants.push(other);
                object.insert("anyOf".to_owned(), Value::Array(variants));
            }
            None => {}
        }
    }
}

/// Every key with a secret may name a file instead.
fn add_secret_files(properties: &mut Map<String, Value>) {
    let secrets: Vec<String> = properties
        .iter()
        .filter(|(_, schema)| schema.get("format").is_some_and(|format| format == "password"))
        .map(|(name, _)| name.clone())
        .collect();
    for name in secrets {
        let file = json!({
            "description": format!("File that holds `{name}`; a line break at its end is not part of it."),
            "type": "string",
            "format": "jeton-path",
        });
        properties.insert(format!("{name}_file"), file);
    }
}
