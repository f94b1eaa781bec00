//! The crates of the house, as Cargo reads them.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use crate::tree::root;

/// A crate of the house.
pub(crate) struct Package {
    /// Its folder, from the root.
    pub(crate) folder: String,
    /// Its description.
    pub(crate) description: String,
    pub(crate) edges: Vec<Edge>,
}

/// A crate names another one, of the house or not.
pub(crate) struct Edge {
    pub(crate) to: String,
    pub(crate) for_tests: bool,
}

impl Package {
    /// The crates of the house that it names in what ships.
    pub(crate) fn uses(&self) -> impl Iterator<Item = &str> {
        let ours = |edge: &&Edge| !edge.for_tests && packages().contains_key(&edge.to);
        self.edges.iter().filter(ours).map(|edge| edge.to.as_str())
    }
}

/// All of them, by name.
pub(crate) fn packages() -> &'static BTreeMap<String, Package> {
    static ALL: LazyLock<BTreeMap<String, Package>> = LazyLock::new(read);
    &ALL
}

fn read() -> BTreeMap<String, Package> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let text = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |value: &Value, member: &str| value.get(member).and_then(Value::as_array).cloned().unwrap_or_default();
    let root = format!("{}/", text(&metadata, "workspace_root"));
    list(&metadata, "packages")
        .iter()
        .map(|package| {
            let manifest = text(package, "manifest_path");
            let folder = manifest.strip_prefix(&root).and_then(|path| path.strip_suffix("/Cargo.toml"));
            let edge = |d: &Value| Edge { to: text(d, "name"), for_tests: text(d, "kind") == "dev" };
            let read = Package {
                folder: folder.unwrap_or_default().to_owned(),
                description: text(package, "description"),
                edges: list(package, "dependencies").iter().map(edge).collect(),
            };
            (text(package, "name"), read)
        })
        .collect()
}
