//! Every key of the file in one list.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value;

use super::effect::Effect;
use super::tree::{Kind, Node, TREE};

/// Every key of the file, sorted by path.
pub static KEYS: LazyLock<Vec<KeyDoc>> = LazyLock::new(|| {
    let mut keys = Vec::new();
    collect(&TREE, "", &mut keys);
    keys
});

/// One key of the file, as the reference documents it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyDoc {
    /// The dotted path; a table that may occur several times is `client[]`.
    pub path: String,
    /// The type of its value: `string`, `secret`, `duration`, … or the values to choose from.
    pub kind: String,
    /// The value it has when it is left out, as TOML; empty when it is then simply not set.
    pub default: String,
    /// Whether the key is required in its table.
    pub required: bool,
    /// What the key is for.
    pub doc: String,
    /// When it takes effect.
    pub effect: Effect,
}

fn collect(node: &Node, path: &str, keys: &mut Vec<KeyDoc>) {
    for (name, child) in node.children() {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match &child.kind {
            Kind::Table(_) => collect(child, &path, keys),
            Kind::List(items) if matches!(items.kind, Kind::Table(_)) => collect(items, &format!("{path}[]"), keys),
            kind => keys.push(KeyDoc {
                kind: kind.name(),
                default: child.default.as_ref().map(toml_text).unwrap_or_default(),
                required: child.required,
                doc: child.doc.clone(),
                // The tests fail when this default is used: for a key without a decision.
                effect: Effect::of(&path).unwrap_or(Effect::Restart),
                path,
            }),
        }
    }
}

/// A default as it would be written in the file; an empty list or text is simply not set.
fn toml_text(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => String::new(),
        Value::Array(items) if items.is_empty() => String::new(),
        Value::Object(members) if members.is_empty() => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::effect::{EFFECTS, Effect, is};
    use super::KEYS;

    #[test]
    fn of_every_key_it_is_decided_when_it_takes_effect() {
        let undecided: Vec<_> = KEYS.iter().map(|key| &*key.path).filter(|path| Effect::of(path).is_none()).collect();
        assert!(undecided.is_empty(), "decide in EFFECTS whether SIGHUP applies these: {undecided:?}");
        let names = || EFFECTS.iter().flat_map(|(names, _)| *names);
        let unknown: Vec<_> = names().filter(|name| !KEYS.iter().any(|key| is(name, &key.path))).collect();
        assert!(unknown.is_empty(), "there are no such keys: {unknown:?}");
        let twice: Vec<_> = names().filter(|name| names().filter(|other| other == name).count() > 1).collect();
        assert!(twice.is_empty(), "decided twice: {twice:?}");
    }
}
