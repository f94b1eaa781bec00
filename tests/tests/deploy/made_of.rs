//! What the program is made of: the licences and the bill of materials that every release brings.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::root::done;
use crate::unit::file;
use crate::yaml::at;

/// Every crate of another project that is linked into the program is named with its licence, its version and the checksum of
/// `Cargo.lock`; what only tests and builds use is not.
#[test]
fn the_bill_names_what_is_linked_and_under_which_licence() -> Result<()> {
    let folder = tempfile::tempdir()?;
    done(Command::new(file("scripts/bill")).arg("--out").arg(folder.path()))?;
    let bill: Value = serde_json::from_str(&std::fs::read_to_string(folder.path().join("jeton.cdx.json"))?)?;
    ensure!(at(&bill, "/bomFormat")? == "CycloneDX" && at(&bill, "/specVersion")? == "1.5");
    let components = at(&bill, "/components")?.as_array().context("components")?;
    let text = |of: &Value, pointer: &str| of.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let names: BTreeSet<_> = components.iter().map(|component| text(component, "/name")).collect();
    for linked in ["aws-lc-sys", "libsqlite3-sys", "rustls", "tokio", "jeton-ledger"] {
        ensure!(names.contains(linked), "{linked}");
    }
    for not_linked in ["proptest", "rusqlite-macros", "tonic-prost-build", "serde_derive", "jeton-testkit"] {
        ensure!(!names.contains(not_linked), "{not_linked}");
    }
    let list = std::fs::read_to_string(folder.path().join("THIRD-PARTY.txt"))?;
    let references: BTreeSet<_> = components.iter().map(|component| text(component, "/bom-ref")).collect();
    ensure!(references.len() == components.len(), "each has a name of its own");
    for component in components.iter().filter(|component| !text(component, "/name").starts_with("jeton")) {
        let (name, version) = (text(component, "/name"), text(component, "/version"));
        ensure!(text(component, "/hashes/0/content").len() == 64, "{name}");
        let licence = text(component, "/licenses/0/expression");
        ensure!(!licence.is_empty() && list.contains(&format!("{name} {version}: {licence}\n")), "{name}");
    }
    for depends in at(&bill, "/dependencies")?.as_array().context("dependencies")? {
        for to in at(depends, "/dependsOn")?.as_array().context("a list")? {
            ensure!(references.contains(to.as_str().unwrap_or_default()), "{to}");
        }
    }
    for line in ["Apache License", "OpenSSL"] {
        ensure!(list.contains(line), "{line}");
    }
    Ok(())
}
