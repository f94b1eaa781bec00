//! The framework's own extractors answer a bad request themselves: in plain text, unrecorded, before the caller is authenticated.
//! Faces use those of `jeton-wire` instead, which leave the answer to the face. Its `State` is always that of the default service:
//! `Addressed` is that of the service which the request is addressed to.

use crate::rust_words::{Word, shipped, words};
use crate::tree::{below, none};

/// What answers by itself, or for the default service.
const FORBIDDEN: &[&str] = &["Path", "Json", "Form", "Query", "Multipart", "Bytes", "State"];

/// Faces whose state names no service, or the default one only.
const OF_NO_SERVICE: &[&str] = &["crates/faces/authlete/", "crates/faces/vector/", "crates/faces/api-tokens/"];

/// Files that may name one, and why.
const KNOWN: &[(&str, &str)] = &[
    ("crates/wire/src/entity.rs", "Bytes"),
    // An answer, not a request.
    ("crates/wire/src/private.rs", "Json"),
    // Made in the handler, which answers for it.
    ("crates/faces/api-tokens/src/wire/fields.rs", "Multipart"),
    ("crates/faces/api-tokens/src/wire/fields.rs", "Bytes"),
];

/// The forbidden extractors that these words import or name.
fn named<'a>(words: &[Word<'a>]) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_use = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|before| before.text == "use");
        if word.text != "axum" || !is_use {
            continue;
        }
        let used = words.iter().skip(at).take_while(|word| word.text != ";");
        found.extend(used.filter(|word| FORBIDDEN.contains(&word.text)).map(|word| (word.line, word.text)));
    }
    found
}

#[test]
fn faces_use_no_extractor_that_answers_by_itself() {
    let files = below("crates/faces/").chain(below("crates/wire/"));
    let files = files.filter(|file| file.is_rust() && file.path.contains("/src/"));
    let mut found = Vec::new();
    for file in files {
        for (line, name) in named(&shipped(words(&file.text))) {
            let is_of_none = name == "State" && OF_NO_SERVICE.iter().any(|face| file.path.starts_with(face));
            if !is_of_none && !KNOWN.contains(&(file.path.as_str(), name)) {
                found.push(format!("{}:{line}: axum's {name}", file.path));
            }
        }
    }
    none(&found, "Use jeton_wire::Path, jeton_wire::Entity and jeton_wire::Addressed:");
}

#[test]
fn an_import_is_seen_however_it_is_written() {
    for (text, count) in [
        ("use axum::extract::Path;", 1),
        ("use axum::{Router, extract::{Path as P, Query}};", 2),
        ("use axum::body::Bytes;", 1),
        ("use jeton_wire::Path; use axum::extract::Request;", 0),
    ] {
        assert_eq!(named(&words(text)).len(), count, "{text}");
    }
}
