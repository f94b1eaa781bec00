//! Only the ledger makes, changes and ends tokens and grants.

use crate::rust_words::{Word, shipped, words};
use crate::tree::{below, none, read};

/// Where the writes are declared.
const DECLARED: &str = "crates/model/src/store/command.rs";

/// What makes, changes or ends a token or a grant.
const WRITES: &[(&str, &str)] = &[
    ("Write", "Token"),
    ("Write", "Grant"),
    ("Write", "AmendToken"),
    ("Write", "AmendGrant"),
    ("Write", "RevokeToken"),
    ("Write", "RevokeGrant"),
    ("Precondition", "Rotate"),
];

/// Who may name them: where they are declared, the ledger, the stores, and what tests stores.
const MAY: &[&str] = &["crates/model/", "crates/ledger/", "crates/stores/", "crates/testkit/", "crates/house/"];

/// Each place that names one, or that imports all of them or renames one, so that the use cannot be seen.
fn named(words: &[Word<'_>]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let text_at = |at: usize| words.get(at).map_or("", |word| word.text);
        let (next, last) = (text_at(at + 1), text_at(at + 2));
        let is_one = |(kind, name): &(&str, &str)| word.text == *kind && last == *name;
        let is_kind = |(kind, _): &(&str, &str)| word.text == *kind;
        let hides = (next == "::" && ["*", "{"].contains(&last)) || (next == "as" && last != "_");
        if (next == "::" && WRITES.iter().any(is_one)) || (hides && WRITES.iter().any(is_kind)) {
            found.push((word.line, [word.text, next, last].join(if next == "as" { " " } else { "" })));
        }
    }
    found
}

/// The names of an enum's variants.
fn variants<'a>(words: &[Word<'a>], name: &str) -> Vec<&'a str> {
    let texts: Vec<_> = words.iter().map(|word| word.text).collect();
    let begin = texts.windows(3).position(|three| three == ["enum", name, "{"]).map_or(texts.len(), |at| at + 3);
    let (mut depth, mut is_new, mut found) = (0, true, Vec::new());
    for text in texts.get(begin..).unwrap_or_default() {
        match *text {
            "{" | "(" => depth += 1,
            "}" | ")" if depth == 0 => break,
            "}" | ")" => depth -= 1,
            "," => is_new |= depth == 0,
            name if is_new && depth == 0 => {
                found.push(name);
                is_new = false;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn only_the_ledger_writes_tokens_and_grants() {
    let mut wrong = Vec::new();
    for file in below("crates/").filter(|file| file.is_code() && file.path.contains("/src/")) {
        if MAY.iter().any(|folder| file.path.starts_with(folder)) {
            continue;
        }
        for (line, what) in named(&shipped(words(&file.text))) {
            wrong.push(format!("{}:{line}: {what}", file.path));
        }
    }
    none(
        &wrong,
        "Only the ledger makes, changes and ends tokens and grants: ask for it by a plan or one of its verbs (mint, amend, \
         exchange, revoke), or add to its command by a hook:",
    );
}

#[test]
fn the_wall_knows_every_write_of_tokens_and_grants() {
    let text = read(DECLARED);
    let declared = words(&text);
    let all = variants(&declared, "Write");
    assert!(all.len() > WRITES.len(), "{DECLARED} no longer declares `enum Write`: teach it to writes.rs");
    let concerns = |name: &&str| name.contains("Token") || name.contains("Grant");
    let is_known = |name: &str| WRITES.contains(&("Write", name));
    let unknown: Vec<_> =
        all.iter().copied().filter(concerns).filter(|name| !is_known(name)).map(str::to_owned).collect();
    none(&unknown, "Add these to WRITES in crates/house/tests/house/writes.rs:");
    let conditions = variants(&declared, "Precondition");
    let exists = |(kind, name): &&(&str, &str)| (if *kind == "Write" { &all } else { &conditions }).contains(name);
    let gone: Vec<_> = WRITES.iter().filter(|one| !exists(one)).map(|(kind, name)| format!("{kind}::{name}")).collect();
    none(&gone, "These are declared no more: take them out of WRITES in crates/house/tests/house/writes.rs:");
}

#[test]
fn a_write_of_tokens_is_found_however_it_is_named() {
    let source = "use std::fmt::Write as _; use crate::store::Write; // Write::Token\n\
                  fn f() -> Write { Write::Event(e) }\nfn g() { Write::RevokeToken { id } }\n\
                  use crate::store::Write::*;\nuse crate::store::Precondition as P;\nuse crate::Write::{Grant, SingleUse};\n\
                  #[cfg(test)] mod tests { fn h() { Write::Grant(g) } }";
    let found = named(&shipped(words(source)));
    let found: Vec<_> = found.iter().map(|(line, what)| format!("{line} {what}")).collect();
    assert_eq!(found, ["3 Write::RevokeToken", "4 Write::*", "5 Precondition as P", "6 Write::{"]);
}
