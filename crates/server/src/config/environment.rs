//! The environment as the uppermost layer: `JETON_` and the path with `__` between its parts.

use toml::{Table, Value};

use super::problem::Problem;
use super::suggest;
use super::tree::{Kind, Node};

const PREFIX: &str = "JETON_";

/// Variables of the commands, not of the configuration.
const NOT_KEYS: [&str; 3] = ["JETON_LOG", "JETON_TOKEN", "JETON_URL"];

/// Applies the environment to what the file says.
pub(crate) fn apply(
    tree: &Node,
    file: &mut Table,
    variables: impl Iterator<Item = (String, String)>,
    problems: &mut Vec<Problem>,
) {
    let mut variables: Vec<_> = variables
        .filter(|(name, _)| name.starts_with(PREFIX) && !NOT_KEYS.contains(&name.as_str()))
        .map(|(name, value)| Variable::read(name, value))
        .collect();
    // A list grows in the order of its positions, whatever order the system returns the variables in; and
    // `JETON_CLIENT` is applied before `JETON_CLIENT__0__SCOPE`, which changes a part of it.
    variables.sort_by(|a, b| a.parts.cmp(&b.parts));
    for variable in &variables {
        if let Some(other) = variables.iter().find(|other| other.name == format!("{}_FILE", variable.name)) {
            problems.push(twice(variable, other));
        }
    }
    for variable in &variables {
        if let Err(fault) = set(tree, file, &variable.parts, variable) {
            problems.push(fault);
        }
    }
}

struct Variable {
    name: String,
    parts: Vec<Part>,
    value: String,
}

/// A part of a path: a position in a list, or a key.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Position(usize),
    Key(String),
}

impl Variable {
    fn read(name: String, value: String) -> Self {
        let path = name.strip_prefix(PREFIX).unwrap_or(&name).to_ascii_lowercase();
        let part = |text: &str| text.parse().map_or_else(|_| Part::Key(text.to_owned()), Part::Position);
        Self { parts: path.split("__").map(part).collect(), name, value }
    }
}

fn set(node: &Node, written: &mut Table, parts: &[Part], variable: &Variable) -> Result<(), Problem> {
    let [Part::Key(name), rest @ ..] = parts else {
        return Err(unknown(node, variable, parts));
    };
    let Some((_, child)) = node.children().find(|(known, _)| known == name) else {
        return Err(unknown(node, variable, parts));
    };
    if rest.is_empty() {
        displace(written, name);
        written.insert(name.clone(), value(&child.kind, &variable.value));
        return Ok(());
    }
    match &child.kind {
        Kind::Table(_) => {
            let inner = written.entry(name.clone()).or_insert_with(|| Value::Table(Table::new()));
            // A value of another type is reported with its key by the check of the shape.
            if let Value::Table(inner) = inner { set(child, inner, rest, variable) } else { Ok(()) }
        }
        Kind::List(items) if matches!(items.kind, Kind::Table(_)) => {
            let inner = written.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = inner { set_item(items, list, name, rest, variable) } else { Ok(()) }
        }
        // The path continues after a key that is no table.
        _ => Err(unknown(node, variable, parts.get(..1).unwrap_or_default())),
    }
}

/// Sets a table of a list, or a key in it.
fn set_item(
    items: &Node,
    list: &mut Vec<Value>,
    name: &str,
    parts: &[Part],
    variable: &Variable,
) -> Result<(), Problem> {
    let [Part::Position(position), rest @ ..] = parts else {
        return Err(no_position(variable, name));
    };
    if *position > list.len() {
        return Err(no_position(variable, name));
    }
    if *position == list.len() {
        list.push(Value::Table(Table::new()));
    }
    let Some(item) = list.get_mut(*position) else {
        return Ok(());
    };
    if rest.is_empty() {
        *item = value(&items.kind, &variable.value);
        return Ok(());
    }
    if let Value::Table(inner) = item { set(items, inner, rest, variable) } else { Ok(()) }
}

/// A secret set here replaces a file named below, and the reverse.
fn displace(written: &mut Table, name: &str) {
    written.remove(&format!("{name}_file"));
    if let Some(secret) = name.strip_suffix("_file") {
        written.remove(secret);
    }
}

/// Text stays text; anything else is read as TOML, or as JSON, and as text when it is neither.
fn value(kind: &Kind, text: &str) -> Value {
    let plain = || Value::String(text.to_owned());
    match kind {
        Kind::Text | Kind::Secret | Kind::Path | Kind::Address | Kind::Network | Kind::Choice(_) | Kind::Duration => {
            plain()
        }
        Kind::TextOrList | Kind::AddressOrList if !text.trim_start().starts_with('[') => plain(),
        Kind::Integer
        | Kind::Bool
        | Kind::List(_)
        | Kind::TextOrList
        | Kind::AddressOrList
        | Kind::Table(_)
        | Kind::Free => from_toml(text).or_else(|| from_json(text)).unwrap_or_else(plain),
    }
}

fn from_toml(text: &str) -> Option<Value> {
    toml::from_str::<Table>(&format!("value = {text}")).ok()?.remove("value")
}

fn from_json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// `parts` are those that were not yet understood.
fn unknown(node: &Node, variable: &Variable, parts: &[Part]) -> Problem {
    let wrong = parts.first().map(Part::text).unwrap_or_default();
    let nearest = suggest::nearest(&wrong, node.children().map(|(known, _)| known)).unwrap_or_default();
    let before =
        variable.parts.iter().take_while(|part| !parts.first().is_some_and(|first| std::ptr::eq(*part, first)));
    let after = parts.iter().skip(1).map(Part::text);
    let path: Vec<_> = before.map(Part::text).chain([nearest.to_owned()]).chain(after).collect();
    Problem {
        key: variable.name.clone(),
        message: format!("unknown variable `{}`", variable.name),
        fix: format!("did you mean `{PREFIX}{}`?", path.join("__").to_ascii_uppercase()),
    }
}

fn twice(one: &Variable, other: &Variable) -> Problem {
    Problem {
        key: one.name.clone(),
        message: format!("`{}` and `{}` are both set", one.name, other.name),
        fix: "keep one of them".to_owned(),
    }
}

fn no_position(variable: &Variable, list: &str) -> Problem {
    let list = list.to_ascii_uppercase();
    Problem {
        key: variable.name.clone(),
        message: format!("variable `{}` names no table of the list", variable.name),
        fix: format!("name its position, such as `{PREFIX}{list}__0__…`; new ones follow the last without a gap"),
    }
}

impl Part {
    fn text(&self) -> String {
        match self {
            Self::Position(position) => position.to_string(),
            Self::Key(name) => name.clone(),
        }
    }
}
