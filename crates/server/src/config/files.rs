//! Relative paths, and secrets in separate files.

use std::path::{Path, PathBuf};

use jeton_core::Secret;
use toml::{Table, Value};
use zeroize::Zeroizing;

use super::problem::Problem;
use super::shape::join;
use super::tree::{Kind, Node};

/// Makes every path in the table relative to `base`, and puts the text of each `…_file` into the key that it belongs
/// to.
pub(crate) fn resolve(tree: &Node, file: &mut Table, base: &Path, problems: &mut Vec<Problem>) {
    table(tree, file, base, "", problems);
}

fn table(node: &Node, written: &mut Table, base: &Path, path: &str, problems: &mut Vec<Problem>) {
    for (name, child) in node.children() {
        let key = join(path, name);
        match (&child.kind, written.get_mut(name)) {
            (Kind::Path, Some(Value::String(text))) => *text = absolute(base, text),
            (Kind::Path, None) => {
                if let Some(default) = child.default.as_ref().and_then(serde_json::Value::as_str) {
                    written.insert(name.to_owned(), Value::String(absolute(base, default)));
                }
            }
            (Kind::Table(_), Some(Value::Table(inner))) => table(child, inner, base, &key, problems),
            (Kind::List(items), Some(Value::Array(inner))) => {
                for (position, value) in inner.iter_mut().enumerate() {
                    if let Value::Table(inner) = value {
                        table(items, inner, base, &format!("{key}[{position}]"), problems);
                    }
                }
            }
            _ => {}
        }
    }
    for (name, _) in node.children().filter(|(_, child)| matches!(child.kind, Kind::Secret)) {
        secret(written, name, path, problems);
    }
}

/// Runs after the paths of the same table were resolved.
fn secret(written: &mut Table, name: &str, path: &str, problems: &mut Vec<Problem>) {
    let Some(Value::String(file)) = written.remove(&format!("{name}_file")) else {
        return;
    };
    let key = join(path, name);
    if written.contains_key(name) {
        let complaint = format!("and `{key}_file` are both set");
        problems.push(Problem::new(&key, &complaint, "keep one of them"));
        return;
    }
    match std::fs::read_to_string(&file).map(Zeroizing::new) {
        Ok(text) => {
            written.insert(name.to_owned(), Value::String(Secret::in_text(&text).to_owned()));
        }
        Err(error) => {
            let key = format!("{key}_file");
            problems.push(Problem::new(
                key,
                &format!("cannot be read from {file}: {error}"),
                "name a readable text file",
            ));
        }
    }
}

fn absolute(base: &Path, written: &str) -> String {
    let path: PathBuf = base.join(written);
    path.to_string_lossy().into_owned()
}
