//! The values of a configuration by key, to compare two readings and to distinguish a key that is set from one that is
//! left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use toml::{Table, Value};

use super::tree::{Kind, Node};
use super::{Config, KEYS, KeyDoc, duration};

/// The value of each key. Values are stored as hashes, since some are secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// By the key's path, over all tables of a list.
    hashes: BTreeMap<String, [u8; 32]>,
    /// The keys that were written, with the numbers of their tables.
    written: BTreeSet<(String, String)>,
    /// The files that keys name, before secrets were read from theirs.
    files: Vec<(String, PathBuf)>,
}

impl fmt::Debug for Values {
    /// Empty: hashes of secrets are not shown either.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Values")
    }
}

impl Values {
    /// Of a file as it is deserialized: secrets are in place, paths are absolute.
    pub(crate) fn of(tree: &Node, file: &Table, files: Vec<(String, PathBuf)>) -> Self {
        let (mut values, mut hashes) = (Self { files, ..Self::default() }, BTreeMap::new());
        values.table(tree, file, ("", ""), &mut hashes);
        let finished = |context: Context| {
            let mut hash = [0; 32];
            hash.copy_from_slice(context.finish().as_ref());
            hash
        };
        values.hashes = hashes.into_iter().map(|(path, context)| (path, finished(context))).collect();
        values
    }

    /// `path` is that of the keys, `place` has the numbers of the tables in it.
    fn table(
        &mut self,
        node: &Node,
        file: &Table,
        (path, place): (&str, &str),
        hashes: &mut BTreeMap<String, Context>,
    ) {
        let join = |before: &str, name: &str| super::shape::join(before, name);
        for (name, child) in node.children() {
            let (path, place) = (join(path, name), join(place, name));
            match (&child.kind, file.get(name)) {
                (Kind::Table(_), Some(Value::Table(inner))) => self.table(child, inner, (&path, &place), hashes),
                (Kind::Table(_), _) => self.table(child, &Table::new(), (&path, &place), hashes),
                (Kind::List(items), written) if matches!(items.kind, Kind::Table(_)) => {
                    let tables = written.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
                    for (position, inner) in tables.enumerate() {
                        let (path, place) = (format!("{path}[]"), format!("{place}[{position}]"));
                        self.table(items, inner, (&path, &place), hashes);
                    }
                }
                (kind, written) => {
                    if written.is_some() {
                        self.written.insert((path.clone(), place.clone()));
                    }
                    let default = child.default.as_ref().and_then(|value| Value::try_from(value).ok());
                    if let Some(value) = written.cloned().or(default) {
                        let context = hashes.entry(path).or_insert_with(|| Context::new(&SHA256));
                        context.update(format!("{place}\0{}\0", canonical(kind, &value)).as_bytes());
                    }
                }
            }
        }
    }
}

/// One text for each value, however it was written.
fn canonical(kind: &Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Duration, Value::String(text)) => {
            duration::parse(text).map_or_else(|| value.to_string(), |duration| duration.as_millis().to_string())
        }
        (Kind::Duration, Value::Integer(seconds)) => (i128::from(*seconds) * 1000).to_string(),
        (Kind::TextOrList, Value::String(text)) if text.is_empty() => Value::Array(Vec::new()).to_string(),
        (Kind::TextOrList | Kind::AddressOrList, Value::String(_)) => Value::Array(vec![value.clone()]).to_string(),
        _ => value.to_string(),
    }
}

/// The files named in a table: each key with a path, with its position. Called before [`super::files`] reads secrets.
pub(crate) fn files_of(node: &Node, file: &Table, base: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    collect(node, file, base, "", &mut found);
    found
}

fn collect(node: &Node, file: &Table, base: &Path, place: &str, found: &mut Vec<(String, PathBuf)>) {
    for (name, child) in node.children() {
        let place = super::shape::join(place, name);
        match (&child.kind, file.get(name)) {
            (Kind::Path, Some(Value::String(path))) => found.push((place, base.join(path))),
            (Kind::Table(_), Some(Value::Table(inner))) => collect(child, inner, base, &place, found),
            (Kind::List(items), Some(Value::Array(tables))) => {
                for (position, inner) in tables.iter().enumerate().filter_map(|(n, v)| Some((n, v.as_table()?))) {
                    collect(items, inner, base, &format!("{place}[{position}]"), found);
                }
            }
            _ => {}
        }
    }
}

impl Config {
    /// The keys that do not have the same value in another reading of the configuration. Spelling does not count: `"1h"`
    /// and `"60m"` are one value, and so are a default and leaving it out.
    pub fn changed<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'static KeyDoc> + 'a {
        KEYS.iter().filter(|key| self.values.hashes.get(&key.path) != other.values.hashes.get(&key.path))
    }

    /// The keys that are set, though perhaps to their default, each with its place: `client[0].scope`.
    pub fn written(&self) -> impl Iterator<Item = (&'static KeyDoc, &str)> {
        let doc = |path: &str| KEYS.iter().find(|key| key.path == path);
        self.values.written.iter().filter_map(move |(path, place)| Some((doc(path)?, &**place)))
    }

    /// The files and folders that keys name, each with the position of its key, including files of secrets and files
    /// named in `store.url` (`store.url?sslkey`).
    pub fn named_files(&self) -> impl Iterator<Item = (String, PathBuf)> {
        let in_url = self.store.named_files().map(|(name, file)| (format!("store.url?{name}"), file));
        self.values.files.iter().cloned().chain(in_url)
    }
}
