//! Every refusal has a page and a test.

use std::collections::BTreeSet;

use jeton_core::Refusal;

use crate::tree::{below, none, read, texts};

/// `client_unknown` is `ClientUnknown` in the code.
fn variant(id: &str) -> String {
    id.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
        })
        .collect()
}

#[test]
fn every_refusal_has_a_page() {
    let index = read("docs/refusals/README.md");
    let mut missing = Vec::new();
    for (id, advice) in Refusal::IDS {
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
        if !index.contains(&format!("({id}.md)")) {
            missing.push(format!("docs/refusals/README.md does not link {id}.md"));
        }
    }
    none(&missing, "Write the page (copy the form of a neighbour) and add its line to docs/refusals/README.md:");
}

#[test]
fn no_page_speaks_of_a_refusal_that_is_not() {
    let known: BTreeSet<String> = Refusal::IDS
        .iter()
        .map(|(id, _)| format!("docs/refusals/{id}.md"))
        .chain(["docs/refusals/README.md".into()])
        .collect();
    let strangers: Vec<_> =
        below("docs/refusals/").map(|page| page.path.clone()).filter(|path| !known.contains(path)).collect();
    none(&strangers, "The list of refusals is closed (Refusal::IDS): delete these pages, or add the refusal:");
}

#[test]
fn every_refusal_is_named_in_a_test() {
    let source = read("crates/ledger/src/refusal.rs");
    let mut untested = Vec::new();
    for (id, _) in Refusal::IDS {
        let quoted = format!("\"{id}\"");
        let named = format!("Refusal::{}", variant(id));
        let text = text_of(&source, &variant(id));
        let tested = texts().iter().any(|file| {
            let code = file.test_code();
            code.contains(&quoted) || word(code, &named) || text.as_ref().is_some_and(|text| code.contains(text))
        });
        if !tested {
            untested.push((*id).to_owned());
        }
    }
    none(
        &untested,
        "Each refusal has a test that provokes it and names it, as \"the_id\", as Refusal::TheId or by its text; these have \
         none:",
    );
}

/// The longest constant part of the text that only this variant has in the table.
fn text_of(source: &str, variant: &str) -> Option<String> {
    let (_, table) = source.split_once("refusals! {\n")?;
    let (table, _) = table.split_once("\n}\n")?;
    let name = format!("\n    {variant}");
    let mut behind = table.match_indices(&name).filter_map(|(at, name)| table.get(at + name.len()..));
    let entry = behind.find(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))?;
    let (_, texts) = entry.split_once("=>")?;
    let literal = texts.split('"').nth(3)?;
    let part = literal.split(['{', '}']).max_by_key(|part| part.len())?;
    let alone = table.matches(&format!("\"{literal}\"")).count() == 1;
    (alone && part.len() > 11).then(|| part.to_owned())
}

#[test]
fn the_text_of_a_refusal_is_read_from_its_source() {
    let source = read("crates/ledger/src/refusal.rs");
    assert_eq!(text_of(&source, "ClientUnknown").as_deref(), Some("the client doesn't exist"));
    assert_eq!(text_of(&source, "ScopeNotAllowed").as_deref(), Some(" are not allowed or invalid"));
    assert_eq!(text_of(&source, "Fault"), None, "it shares its text");
    assert_eq!(text_of(&source, "Invalid"), None, "its text comes from elsewhere");
}

/// Whether the text contains the word as a whole.
fn word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let next = text.get(at + word.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}
