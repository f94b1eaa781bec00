//! Every measurement is explained to the operator.

use std::collections::BTreeSet;

use crate::tree::{below, none, read};

/// How the binary names a measurement: `crates/cli/src/metrics/exposition.rs`, one line each.
const NAMED_BY: &[&str] = &["register(\"", "register_with_unit(\""];

fn names() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in below("crates/cli/src/metrics") {
        for start in NAMED_BY {
            for (at, _) in file.text.match_indices(start) {
                let rest = file.text.get(at + start.len()..).unwrap_or_default();
                found.extend(rest.split('"').next().map(|name| format!("jeton_{name}")));
            }
        }
    }
    found
}

#[test]
fn every_measurement_is_on_the_operators_page() {
    let (names, page) = (names(), read("docs/operating.md"));
    assert!(
        names.len() >= 5,
        "found only {names:?} in crates/cli/src/metrics: if they are named in another way now, teach it to \
         crates/house/tests/house/measurements.rs"
    );
    let missing: Vec<_> = names.into_iter().filter(|name| !page.contains(&format!("`{name}"))).collect();
    none(&missing, "Add a line to the table of measurements in docs/operating.md for:");
}
