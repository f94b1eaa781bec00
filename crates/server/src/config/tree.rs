//! The schema as a tree of typed nodes: what the checks, the environment and the reference walk.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::{Config, duration};

/// The tree of the whole file.
pub(crate) static TREE: LazyLock<Node> = LazyLock::new(|| Node::read(&Config::schema()));

/// One key of the file, or the file itself.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// What the key is for.
    pub(crate) doc: String,
    /// The value it has when it is left out.
    pub(crate) default: Option<Value>,
    pub(crate) required: bool,
}

/// The values that a key may have.
#[derive(Debug)]
pub(crate) enum Kind {
    Text,
    Secret,
    Path,
    Duration,
    Address,
    Network,
    Integer,
    Bool,
    /// One of these values.
    Choice(Vec<String>),
    List(Box<Node>),
    /// One text or a list of them.
    TextOrList,
    /// One address with its port or a list of them.
    AddressOrList,
    Table(BTreeMap<String, Node>),
    /// A table with members.
    Free,
}

impl Node {
    /// The keys of a table; nothing for any other kind.
    pub(crate) fn children(&self) -> impl Iterator<Item = (&str, &Self)> {
        let table = if let Kind::Table(children) = &self.kind { Some(children) } else { None };
        table.into_iter().flatten().map(|(name, node)| (name.as_str(), node))
    }

    fn read(schema: &Value) -> Self {
        Self {
            kind: Kind::read(schema),
            doc: schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " "),
            default: schema.get("default").cloned(),
            required: false,
        }
    }
}

impl Kind {
    /// What is expected, in the form of an error line.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Text | Self::Secret => "a string".to_owned(),
            Self::Path => "a path as a string".to_owned(),
            Self::Duration => duration::EXPECTED.to_owned(),
            Self::Address => "an address and a port such as \"127.0.0.1:8080\" or \"[::1]:8080\"".to_owned(),
            Self::Network => "an address or a network such as \"10.0.0.0/8\"".to_owned(),
            Self::Integer => "a whole number, 0 or more".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Choice(words) => {
                format!("one of {}", words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "))
            }
            Self::List(items) => match items.kind {
                Self::Table(_) => "a list of tables".to_owned(),
                Self::Network => "a list of addresses and networks such as [\"10.0.0.0/8\"]".to_owned(),
                _ => "a list of strings such as [\"a\", \"b\"]".to_owned(),
            },
            Self::TextOrList => "a string or a list of strings".to_owned(),
            Self::AddressOrList => {
                "an address and a port such as \"127.0.0.1:8080\" or \"[::1]:8080\", or a list of them".to_owned()
            }
            Self::Table(_) | Self::Free => "a table".to_owned(),
        }
    }

    /// The type, as the reference shows it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::Secret => "secret".to_owned(),
            Self::Path => "path".to_owned(),
            Self::Duration => "duration".to_owned(),
            Self::Address => "address:port".to_owned(),
            Self::Network => "network".to_owned(),
            Self::Integer => "number".to_owned(),
            Self::Bool => "boolean".to_owned(),
            Self::Choice(words) => words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", "),
            Self::List(items) => format!("list of {}s", items.kind.name()),
            Self::TextOrList => "string, or list of strings".to_owned(),
            Self::AddressOrList => "address:port, or list of them".to_owned(),
            Self::Table(_) | Self::Free => "table".to_owned(),
        }
    }

    fn read(schema: &Value) -> Self {
        if let Some(words) = choices(schema) {
            return Self::Choice(words);
        }
        match schema.get("format").and_then(Value::as_str) {
            Some("password") => return Self::Secret,
            Some("jeton-path") => return Self::Path,
            Some("jeton-duration") => return Self::Duration,
            Some("jeton-address") => return Self::Address,
            Some("jeton-addresses") => return Self::AddressOrList,
            Some("jeton-network") => return Self::Network,
            _ => {}
        }
        match schema.get("type") {
            Some(Value::Array(_)) => Self::TextOrList,
            Some(Value::String(name)) => match name.as_str() {
                "integer" => Self::Integer,
                "boolean" => Self::Bool,
                "array" => Self::List(Box::new(Node::read(schema.get("items").unwrap_or(&Value::Null)))),
                "object" => Self::table(schema),
                _ => Self::Text,
            },
            _ => Self::Free,
        }
    }

    fn table(schema: &Value) -> Self {
        let Some(Value::Object(properties)) = schema.get("properties") else {
            return Self::Free;
        };
        let required = schema.get("required").and_then(Value::as_array);
        let child = |(name, schema): (&String, &Value)| {
            let required = required.is_some_and(|names| names.iter().any(|wanted| wanted == name));
            (name.clone(), Node { required, ..Node::read(schema) })
        };
        Self::Table(properties.iter().map(child).collect())
    }
}

/// The values of an enumeration, in either form of the schema.
fn choices(schema: &Value) -> Option<Vec<String>> {
    let word = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(Value::Array(words)) = schema.get("enum") {
        return words.iter().map(word).collect();
    }
    let variants = schema.get("oneOf")?.as_array()?;
    variants.iter().map(|variant| variant.get("const").and_then(word)).collect()
}
