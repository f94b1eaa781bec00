//! Whether a file has the shape of the configuration: known keys, right types. It reports everything at once.

use std::net::SocketAddr;

use toml::{Table, Value};

use super::problem::Problem;
use super::tree::{Kind, Node};
use super::{KEYS, duration, suggest};
use crate::proxy::Network;

/// Compares the file with the tree and adds a line for each difference.
pub(crate) fn check(tree: &Node, file: &Table, problems: &mut Vec<Problem>) {
    table(tree, file, "", problems);
}

/// The path of `name` inside the table at `path`.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn table(node: &Node, written: &Table, path: &str, problems: &mut Vec<Problem>) {
    for (name, value) in written {
        match node.children().find(|(known, _)| known == name) {
            Some((_, child)) => one(child, value, &join(path, name), problems),
            None => problems.push(unknown(node, path, name)),
        }
    }
    for (name, _) in node.children().filter(|(name, child)| child.required && !written.contains_key(*name)) {
        problems.push(Problem::new(join(path, name), "is missing", "every such table needs it"));
    }
}

fn one(node: &Node, value: &Value, path: &str, problems: &mut Vec<Problem>) {
    match (&node.kind, value) {
        (Kind::Table(_), Value::Table(written)) => table(node, written, path, problems),
        (Kind::List(items), Value::Array(written)) => {
            for (position, value) in written.iter().enumerate() {
                one(items, value, &format!("{path}[{position}]"), problems);
            }
        }
        (kind, value) if fits(kind, value) => {}
        (kind, value) => problems.push(wrong(kind, value, path)),
    }
}

fn fits(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Text | Kind::Secret | Kind::Path | Kind::TextOrList, Value::String(_))
        | (Kind::Bool, Value::Boolean(_))
        | (Kind::Free, Value::Table(_)) => true,
        (Kind::Duration, Value::String(text)) => duration::parse(text).is_some(),
        (Kind::Address | Kind::AddressOrList, Value::String(text)) => text.parse::<SocketAddr>().is_ok(),
        (Kind::AddressOrList, Value::Array(items)) => {
            items.iter().all(|item| item.as_str().is_some_and(|text| text.parse::<SocketAddr>().is_ok()))
        }
        (Kind::Network, Value::String(text)) => text.parse::<Network>().is_ok(),
        (Kind::Choice(words), Value::String(text)) => words.contains(text),
        (Kind::Integer | Kind::Duration, Value::Integer(number)) => *number >= 0,
        (Kind::TextOrList, Value::Array(items)) => items.iter().all(Value::is_str),
        _ => false,
    }
}

fn wrong(kind: &Kind, value: &Value, path: &str) -> Problem {
    // The value is shown only if it is short and not a secret, for example a misspelt enumeration value.
    let complaint = match (kind, value) {
        (
            Kind::Choice(_) | Kind::Address | Kind::AddressOrList | Kind::Network | Kind::Duration,
            Value::String(text),
        ) => {
            format!("cannot be \"{}\"", text.chars().filter(|c| !c.is_control()).take(40).collect::<String>())
        }
        (Kind::Integer | Kind::Duration, Value::Integer(_)) => "cannot be negative".to_owned(),
        _ => format!("cannot be {}", a_type(value)),
    };
    Problem::new(path, &complaint, format!("expected {}", kind.expected()))
}

fn a_type(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a float",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

fn unknown(node: &Node, path: &str, name: &str) -> Problem {
    let key = join(path, name);
    let sibling = suggest::nearest(name, node.children().map(|(known, _)| known)).unwrap_or_default();
    // A correct name in the wrong table is a better suggestion than one that is merely the nearest here.
    let elsewhere = if suggest::is_slip(name, sibling) { None } else { table_of(name) };
    let nearest = elsewhere.unwrap_or(sibling);
    Problem { message: format!("unknown key `{key}`"), key, fix: format!("did you mean `{nearest}`?") }
}

/// The path of the key with this name in the single tables of the file.
fn table_of(name: &str) -> Option<&'static str> {
    let single = KEYS.iter().filter(|key| !key.path.contains("[]"));
    single.map(|key| key.path.as_str()).find(|path| path.rsplit('.').next() == Some(name))
}
