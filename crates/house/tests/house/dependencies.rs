//! Dependencies point downward only (docs/ARCHITECTURE.md, "The picture").

use crate::packages::packages;
use crate::tree::none;

/// The levels of the crates, from the bottom. A crate may depend on those below its own level, and on none beside it.
/// `ALLOWED` restricts this further.
const LEVELS: &[&[&str]] = &[
    &["jeton-jose"],
    &["jeton-model"],
    &["jeton-ledger", "jeton-store-*", "jeton-outbound"],
    &["jeton-people"],
    &["jeton-administration"],
    &["jeton-oauth", "jeton-robots"],
    &["jeton-uma"],
    &["jeton-backend"],
    &["jeton-core"],
    &["jeton-wire"],
    &["jeton-face-*", "jeton-server", "jeton-bench"],
    &["jeton"],
    // What only tests are built from.
    &["jeton-testkit"],
    &["jeton-served"],
    &["jeton-fuzz", "jeton-house", "jeton-tests"],
];

/// The crates on which a crate may depend. A `*` at the end stands for any rest.
const ALLOWED: &[(&str, &[&str])] = &[
    ("jeton-jose", &[]),
    ("jeton-model", &["jeton-jose"]),
    ("jeton-ledger", &["jeton-jose", "jeton-model"]),
    ("jeton-people", &["jeton-jose", "jeton-model", "jeton-ledger"]),
    ("jeton-administration", &["jeton-jose", "jeton-model", "jeton-ledger", "jeton-people"]),
    ("jeton-oauth", &["jeton-jose", "jeton-model", "jeton-ledger", "jeton-people", "jeton-administration"]),
    (
        "jeton-uma",
        &["jeton-jose", "jeton-model", "jeton-ledger", "jeton-people", "jeton-administration", "jeton-oauth"],
    ),
    (
        "jeton-backend",
        &[
            "jeton-jose",
            "jeton-model",
            "jeton-ledger",
            "jeton-people",
            "jeton-administration",
            "jeton-oauth",
            "jeton-uma",
        ],
    ),
    (
        "jeton-core",
        &[
            "jeton-jose",
            "jeton-model",
            "jeton-ledger",
            "jeton-people",
            "jeton-administration",
            "jeton-oauth",
            "jeton-uma",
            "jeton-backend",
            "jeton-robots",
        ],
    ),
    ("jeton-robots", &["jeton-jose", "jeton-model", "jeton-ledger", "jeton-people", "jeton-administration"]),
    ("jeton-store-*", &["jeton-model"]),
    ("jeton-face-*", &["jeton-core", "jeton-jose", "jeton-wire"]),
    ("jeton-wire", &["jeton-core", "jeton-jose"]),
    ("jeton-outbound", &["jeton-model", "jeton-jose"]),
    // The rules for a configuration key belong to the crate that uses it.
    ("jeton-server", &["jeton-core"]),
    ("jeton-bench", &["jeton-jose"]),
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
    // The house that the faces' tests knock at: all that is served, on any store.
    ("jeton-served", &["jeton-core", "jeton-jose", "jeton-wire", "jeton-face-*", "jeton-store-*", "jeton-testkit"]),
    ("jeton-fuzz", &["jeton-core", "jeton-jose", "jeton-server"]),
    // The programs that tests find on the machine, and the PostgreSQL server that they share.
    ("jeton-tests", &["jeton-testkit"]),
    ("jeton-house", &[]),
];

/// The crates on which a crate's tests may depend in addition.
const ALLOWED_IN_TESTS: &[(&str, &[&str])] = &[
    ("jeton-core", &["jeton-testkit"]),
    ("jeton-ledger", &["jeton-testkit"]),
    ("jeton-people", &["jeton-testkit"]),
    ("jeton-administration", &["jeton-testkit"]),
    ("jeton-oauth", &["jeton-testkit"]),
    ("jeton-uma", &["jeton-testkit"]),
    ("jeton-backend", &["jeton-testkit"]),
    ("jeton-robots", &["jeton-core", "jeton-testkit"]),
    ("jeton-store-*", &["jeton-testkit"]),
    // Faces are driven over the wire on a real ledger; in what ships, a face names no store.
    ("jeton-face-*", &["jeton-testkit", "jeton-served"]),
    ("jeton-server", &["jeton-testkit"]),
    // For tokens exchanged with other libraries; the product is driven over the wire.
    ("jeton-tests", &["jeton-jose"]),
    ("jeton", &["jeton-testkit", "jeton-served"]),
    ("jeton-house", &["jeton-core", "jeton-face-oauth", "jeton-served", "jeton-server"]),
];

/// Neither HTTP nor SQL.
const NO_WIRE: &[&str] = &["http", "hyper", "hyper-util", "axum", "tower", "reqwest", "rusqlite", "tokio-postgres"];

/// The crates on which a layer must not depend.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("jeton-jose", &["tokio", "http", "hyper", "axum", "rusqlite", "tokio-postgres"]),
    ("jeton-model", &["http", "hyper", "axum", "rusqlite", "tokio-postgres"]),
    ("jeton-ledger", NO_WIRE),
    ("jeton-people", NO_WIRE),
    ("jeton-administration", NO_WIRE),
    ("jeton-oauth", NO_WIRE),
    ("jeton-uma", NO_WIRE),
    ("jeton-backend", NO_WIRE),
    ("jeton-core", NO_WIRE),
    ("jeton-store-*", &["http", "hyper", "axum", "tower", "reqwest"]),
    ("jeton-face-*", &["rusqlite", "tokio-postgres", "reqwest"]),
    ("jeton-outbound", &["axum", "rusqlite", "tokio-postgres"]),
    ("jeton-server", &["rusqlite", "tokio-postgres"]),
];

fn is(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

fn listed<'a>(table: &'a [(&str, &'a [&str])], from: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(pattern, _)| is(pattern, from)).map(|(_, names)| *names)
}

fn names(list: Option<&[&str]>, to: &str) -> bool {
    list.is_some_and(|list| list.iter().any(|pattern| is(pattern, to)))
}

/// The level of a crate; the lowest is 0.
pub(crate) fn level(name: &str) -> Option<usize> {
    LEVELS.iter().position(|level| level.iter().any(|pattern| is(pattern, name)))
}

#[test]
fn every_crate_has_its_place() {
    let homeless = |name: &&String| listed(ALLOWED, name).is_none() || level(name).is_none();
    let homeless: Vec<_> = packages().keys().filter(homeless).cloned().collect();
    none(
        &homeless,
        "Say in crates/house/tests/house/dependencies.rs where these stand (LEVELS) and which crates of the house they may \
         name (ALLOWED):",
    );
}

#[test]
fn no_dependency_points_upward_or_sideways() {
    let mut wrong = Vec::new();
    for (from, package) in packages() {
        for to in package.uses() {
            if level(from) <= level(to) {
                wrong.push(format!("{from} -> {to}"));
            }
        }
    }
    none(
        &wrong,
        "A crate may name those below it, and none beside it (LEVELS in dependencies.rs). Move what both need into a crate \
         below both, or hand it in where both are wired:",
    );
}

#[test]
fn dependencies_point_downward_only() {
    let packages = packages();
    let mut wrong = Vec::new();
    for (from, package) in packages {
        for edge in package.edges.iter().filter(|edge| packages.contains_key(&edge.to)) {
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
    for (from, package) in packages() {
        for edge in package.edges.iter().filter(|edge| !edge.for_tests && names(listed(FORBIDDEN, from), &edge.to)) {
            wrong.push(format!("{from} -> {}", edge.to));
        }
    }
    none(
        &wrong,
        "The core knows no HTTP and no SQL, a store no HTTP, a face no SQL. Take the dependency out of the crate's \
         Cargo.toml; what needs it belongs to another layer:",
    );
}
