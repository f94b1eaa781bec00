//! Dependencies point downward only (docs/ARCHITECTURE.md, "The picture").

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::tree::{none, root};

/// Which crates of the house a crate may name. A `*` at the end stands for any rest.
const ALLOWED: &[(&str, &[&str])] = &[
    ("jeton-jose", &[]),
    ("jeton-model", &["jeton-jose"]),
    ("jeton-core", &["jeton-jose", "jeton-model"]),
    ("jeton-store-*", &["jeton-model"]),
    ("jeton-face-*", &["jeton-core", "jeton-jose", "jeton-wire"]),
    ("jeton-wire", &[]),
    ("jeton-outbound", &["jeton-core", "jeton-jose"]),
    // What a key of the configuration may hold is the rule of who uses it.
    ("jeton-server", &["jeton-core"]),
    ("jeton-bench", &[]),
    (
        "jeton",
        &[
            "jeton-core",
            "jeton-jose",
            "jeton-store-*",
            "jeton-face-*",
            "jeton-wire",
            "jeton-outbound",
            "jeton-server",
            "jeton-bench",
        ],
    ),
    ("jeton-testkit", &["jeton-core", "jeton-jose"]),
    ("jeton-fuzz", &["jeton-core", "jeton-jose", "jeton-server"]),
    // The programs that tests find on the machine, and the PostgreSQL server that they share.
    ("jeton-tests", &["jeton-testkit"]),
    ("jeton-house", &[]),
];

/// What a crate's tests may name beside that.
const ALLOWED_IN_TESTS: &[(&str, &[&str])] = &[
    ("jeton-core", &["jeton-testkit"]),
    ("jeton-store-*", &["jeton-testkit"]),
    // Faces are driven over the wire on a real ledger; in what ships, a face names no store.
    ("jeton-face-*", &["jeton-testkit", "jeton-store-*"]),
    ("jeton-server", &["jeton-testkit"]),
    // For tokens exchanged with other libraries; the product is driven over the wire.
    ("jeton-tests", &["jeton-jose"]),
    ("jeton", &["jeton-testkit"]),
    ("jeton-house", &["jeton-core", "jeton-face-*", "jeton-wire", "jeton-server"]),
];

/// What a layer must not know, whatever it is called.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("jeton-jose", &["tokio", "http", "hyper", "axum", "rusqlite", "tokio-postgres"]),
    ("jeton-model", &["http", "hyper", "axum", "rusqlite", "tokio-postgres"]),
    ("jeton-core", &["http", "hyper", "hyper-util", "axum", "tower", "reqwest", "rusqlite", "tokio-postgres"]),
    ("jeton-store-*", &["http", "hyper", "axum", "tower", "reqwest"]),
    ("jeton-face-*", &["rusqlite", "tokio-postgres", "reqwest"]),
    ("jeton-outbound", &["axum", "rusqlite", "tokio-postgres"]),
    ("jeton-server", &["rusqlite", "tokio-postgres"]),
];

struct Edge {
    to: String,
    for_tests: bool,
}

fn packages() -> BTreeMap<String, Vec<Edge>> {
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
    list(&metadata, "packages")
        .iter()
        .map(|package| {
            let edges = list(package, "dependencies");
            let edges = edges.iter().map(|d| Edge { to: text(d, "name"), for_tests: text(d, "kind") == "dev" });
            (text(package, "name"), edges.collect())
        })
        .collect()
}

fn is(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

fn listed<'a>(table: &'a [(&str, &'a [&str])], from: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(pattern, _)| is(pattern, from)).map(|(_, names)| *names)
}

fn names(list: Option<&[&str]>, to: &str) -> bool {
    list.is_some_and(|list| list.iter().any(|pattern| is(pattern, to)))
}

#[test]
fn every_crate_has_its_place() {
    let packages = packages();
    let homeless: Vec<_> = packages.keys().filter(|name| listed(ALLOWED, name).is_none()).cloned().collect();
    none(
        &homeless,
        "Say in crates/house/tests/house/dependencies.rs (ALLOWED) which crates of the house these may name, and add them \
         to the table of docs/ARCHITECTURE.md:",
    );
}

#[test]
fn dependencies_point_downward_only() {
    let packages = packages();
    let mut wrong = Vec::new();
    for (from, edges) in &packages {
        for edge in edges.iter().filter(|edge| packages.contains_key(&edge.to)) {
            let ok = names(listed(ALLOWED, from), &edge.to)
                || (edge.for_tests && names(listed(ALLOWED_IN_TESTS, from), &edge.to));
            if !ok {
                wrong.push(format!("{from} -> {}", edge.to));
            }
        }
    }
    none(
        &wrong,
        "Dependencies point downward only (docs/ARCHITECTURE.md): a face or a store names the core and no other room, \
         only the binary sees both. Move what is shared into the core, or pass it in from crates/cli:",
    );
}

#[test]
fn no_layer_knows_what_is_not_its_business() {
    let mut wrong = Vec::new();
    for (from, edges) in &packages() {
        for edge in edges.iter().filter(|edge| !edge.for_tests && names(listed(FORBIDDEN, from), &edge.to)) {
            wrong.push(format!("{from} -> {}", edge.to));
        }
    }
    none(
        &wrong,
        "The core knows no HTTP and no SQL, a store no HTTP, a face no SQL. Take the dependency out of the crate's \
         Cargo.toml; what needs it belongs to another layer:",
    );
}
