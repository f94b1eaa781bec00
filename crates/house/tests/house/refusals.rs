//! Every refusal has a page, and its declaration is joined with the others. `crates/house/examples/coverage.rs` finds those without
//! a test.

use std::collections::BTreeSet;

use jeton_core::refusal::Kind;
use jeton_core::refusals::kinds;

use crate::generated;
use crate::tree::{below, none, read};

#[test]
fn every_refusal_has_a_page() {
    let mut missing = Vec::new();
    for kind in kinds() {
        let (id, advice) = (kind.id, kind.advice);
        let path = format!("docs/refusals/{id}.md");
        let page = read(&path);
        if page.is_empty() {
            missing.push(format!("{path} is not there"));
            continue;
        }
        if !page.starts_with(&format!("# `{id}`\n")) {
            missing.push(format!("{path} does not begin with \"# `{id}`\""));
        }
        if !page.replace('\n', " ").contains(advice) {
            missing.push(format!("{path} lacks the advice that `jeton explain` gives: {advice}"));
        }
    }
    none(&missing, "Write the page (copy the form of a neighbour):");
}

/// The table of all refusals: ids in alphabetical order, and what `jeton explain` advises.
fn table() -> String {
    let mut all: Vec<_> = kinds().collect();
    all.sort_by_key(|kind| kind.id);
    let rows = all.iter().map(|Kind { id, advice, .. }| format!("| [`{id}`]({id}.md) | {advice} |\n"));
    format!("| id | what to do |\n| --- | --- |\n{}", rows.collect::<String>())
}

#[test]
fn every_refusal_is_in_the_table() {
    let mark = "<!-- refusals: made by `JETON_WRITE_DOCS=1 cargo test -p jeton-house` -->\n";
    generated::part("docs/refusals/README.md", mark, |_| table());
}

#[test]
fn every_message_is_in_the_contract() {
    let contract = read("docs/contracts/oauth-token-endpoint.md");
    let missing: Vec<_> = (1..=30)
        .filter(|number| !contract.contains(&format!("id=\"message-{number}\"")))
        .map(|number| format!("message {number}"))
        .collect();
    none(&missing, "docs/contracts/oauth-token-endpoint.md needs an anchor for each of the thirty messages:");
}

#[test]
fn no_page_speaks_of_a_refusal_that_is_not() {
    let pages = kinds().map(|kind| format!("docs/refusals/{}.md", kind.id));
    let known: BTreeSet<String> = pages.chain(["docs/refusals/README.md".into()]).collect();
    let strangers: Vec<_> =
        below("docs/refusals/").map(|page| page.path.clone()).filter(|path| !known.contains(path)).collect();
    none(&strangers, "No refusal is declared for these pages: delete them, or declare it:");
}

#[test]
fn what_is_declared_is_joined() {
    let joined: BTreeSet<_> = kinds().map(|kind| kind.id).collect();
    assert_eq!(joined.len(), kinds().count(), "two refusals have one id");
    let mut wrong = Vec::new();
    for file in below("crates/").filter(|file| file.path.contains("/src/") && file.path.ends_with(".rs")) {
        if !file.text.contains("refusals! {\n") || file.path.starts_with("crates/model/src/refusal/tests") {
            continue;
        }
        for id in file.text.split("\n        id: \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if !joined.contains(id) {
                wrong.push(format!("{}: {id} is not among the KINDS of its crate", file.path));
            }
        }
    }
    none(
        &wrong,
        "Add the file's KINDS to REFUSALS of its crate's lib.rs, and the file to crates/core/src/refusals.rs:",
    );
}

#[test]
fn a_text_is_plain_and_has_two_places_at_most() {
    let mut wrong = Vec::new();
    for kind in kinds() {
        let is_plain = |text: &str| text.chars().all(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'));
        if !is_plain(kind.text) {
            wrong
                .push(format!("{}: its text is not printable ASCII without \" and \\ (RFC 6749 section 5.2)", kind.id));
        }
        if kind.text.matches('{').count() > 2 {
            wrong.push(format!("{}: its text has more than two places", kind.id));
        }
    }
    none(&wrong, "Change the declaration:");
}

#[test]
fn every_face_answers_refusals_in_one_way() {
    let strays: Vec<_> = below("crates/")
        .filter(|file| {
            file.is_code() && !file.path.starts_with("crates/wire/") && !file.path.starts_with("crates/ledger/")
        })
        .filter(|file| file.text.split("#[cfg(test)]").next().is_some_and(|own| own.contains("refusals().record(")))
        .map(|file| file.path.clone())
        .collect();
    none(&strays, "A refusal is recorded, and a fault logged, by jeton_wire::refused alone; these do it themselves:");
}
