//! The reference of all keys: `docs/configuration.md`.

use std::fmt::Write as _;

use super::tree::{Kind, Node, TREE};
use super::{KEYS, KeyDoc};

const HEAD: &str = "\
# Configuration

The file is TOML; `jeton init` writes a first one, `jeton check` says what is wrong with it, and `jeton check --schema`
prints its JSON Schema for editors. This page is made from the code: change the comments in `crates/server/src/config`.

- The file overrides defaults, and the environment overrides the file: `JETON_` and the path in capitals with `__` between
  its parts (`JETON_HTTP__LISTEN`, `JETON_CLIENT__0__CLIENT_SECRET`). Lists and tables are written there as in TOML.
- A secret can be in a file of its own, named by the same key with `_file` appended (`client_secret_file`). Line ends
  at the end of that file, and a byte order mark at its beginning, are not part of the secret.
- Durations are texts such as `\"500ms\"`, `\"90s\"`, `\"1h30m\"`, `\"30d\"`, or a number of seconds.
- Relative paths are relative to the folder of the configuration file.
- An unknown key is an error.
- The fourth column says when a change takes effect: when a running server gets SIGHUP, or at its next start. SIGHUP reads
  everything again and names the keys that changed and need a start. `never` is said of keys that nothing in this version
  reads; `jeton check` names them.
";

/// The order of the sections: from what everybody sets to what few need. Others would follow.
pub(crate) const ORDER: [&str; 21] = [
    "",
    "http",
    "internal",
    "store",
    "tokens",
    "client[]",
    "user[]",
    "registration",
    "uma",
    "admin",
    "keys",
    "index",
    "metrics",
    "service[]",
    "organization",
    "api_tokens",
    "vector",
    "vector.app_keys[]",
    "vector.aws",
    "sms",
    "outbound",
];

/// The reference of all keys, in Markdown: the text of `docs/configuration.md`.
#[must_use]
pub fn reference_markdown() -> String {
    let mut text = HEAD.to_owned();
    for section in sections() {
        text.push_str(&heading(section));
        text.push_str("\n| key | is a | default | applied at | |\n| --- | --- | --- | --- | --- |\n");
        for key in KEYS.iter().filter(|key| table_of(key) == section && !is_file_of_a_secret(key)) {
            text.push_str(&row(key, section));
        }
    }
    text
}

/// Every table that has keys, in the order of the page.
pub(crate) fn sections() -> Vec<&'static str> {
    let mut found: Vec<&'static str> = KEYS.iter().map(table_of).collect();
    found.sort_by_key(|section| (ORDER.iter().position(|known| known == section).unwrap_or(ORDER.len()), *section));
    found.dedup();
    found
}

/// The table of a key. A plain table inside a list's table (an address) is part of it.
fn table_of(key: &KeyDoc) -> &str {
    match key.path.rsplit_once("[].") {
        Some((list, _)) => key.path.get(..list.len() + 2).unwrap_or_default(),
        None => key.path.rsplit_once('.').map_or("", |(table, _)| table),
    }
}

/// The page explains these once, at its top.
fn is_file_of_a_secret(key: &KeyDoc) -> bool {
    let secret = key.path.strip_suffix("_file");
    secret.is_some_and(|secret| KEYS.iter().any(|key| key.path == secret))
}

fn heading(section: &str) -> String {
    let title = match section.strip_suffix("[]") {
        None if section.is_empty() => "The top of the file".to_owned(),
        None => format!("`[{section}]`"),
        Some(list) => format!("`[[{list}]]`"),
    };
    let doc = section_doc(section);
    if doc.is_empty() { format!("\n## {title}\n") } else { format!("\n## {title}\n\n{doc}\n") }
}

fn section_doc(section: &str) -> &'static str {
    let mut node: &Node = &TREE;
    if section.is_empty() {
        return "";
    }
    for part in section.split('.') {
        let name = part.trim_end_matches("[]");
        let Some((_, child)) = node.children().find(|(known, _)| *known == name) else {
            return "";
        };
        node = child;
        if let (Kind::List(items), true) = (&node.kind, section.contains('.')) {
            node = items;
        }
    }
    &node.doc
}

fn row(key: &KeyDoc, section: &str) -> String {
    let name = key.path.strip_prefix(section).unwrap_or(&key.path).trim_start_matches('.');
    let default = match (&key.default, key.required) {
        (_, true) => "required".to_owned(),
        (text, false) if text.is_empty() => String::new(),
        (text, false) => format!("`{text}`"),
    };
    let mut line = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(line, "| `{name}` | {} | {default} | {} | {} |", key.kind, key.effect.word(), key.doc);
    line
}
