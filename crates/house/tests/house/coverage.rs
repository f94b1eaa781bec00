//! Every route has a test, and every configuration key a line on its page.

use jeton_served::routes;
use jeton_server::config::reference_markdown;

use crate::tree::{none, read, texts};

#[test]
fn every_route_is_driven_by_a_test() {
    let untested: Vec<_> = routes()
        .map(|route| route.path)
        .filter(|path| !texts().iter().any(|file| speaks_of(file.test_code(), path)))
        .map(str::to_owned)
        .collect();
    none(&untested, "Write a test that calls these routes by their path:");
}

/// Whether a text contains the path; in place of `{name}` the text may have anything but a space, a quote or a slash.
fn speaks_of(text: &str, path: &str) -> bool {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('{') {
        pieces.push(before);
        rest = behind.split_once('}').map_or("", |(_, behind)| behind);
    }
    let first = pieces.first().copied().unwrap_or(rest);
    pieces.push(rest);
    text.match_indices(first).any(|(at, _)| {
        let line = text.get(at..).and_then(|t| t.lines().next()).unwrap_or_default();
        matches(line, &pieces)
    })
}

fn matches(line: &str, pieces: &[&str]) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return true };
    let Some(line) = line.strip_prefix(first) else { return false };
    if rest.is_empty() {
        // A longer path is another route.
        return !line.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | '.'));
    }
    let gap = line.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '/')).unwrap_or(line.len());
    (1..=gap).any(|length| line.get(length..).is_some_and(|behind| matches(behind, rest)))
}

#[test]
fn a_path_with_a_name_in_it_is_found() {
    assert!(speaks_of(r#"get("/admin/v1/tokens/17")"#, "/admin/v1/tokens/{id}"));
    assert!(speaks_of(r#"format!("/admin/v1/tokens/{id}/revoke")"#, "/admin/v1/tokens/{id}/revoke"));
    assert!(!speaks_of(r#"get("/admin/v1/tokens")"#, "/admin/v1/tokens/{id}"));
    assert!(!speaks_of(r#"post("/token/revoke")"#, "/token"));
}

#[test]
fn every_key_is_on_its_page() {
    assert!(
        read("docs/configuration.md") == reference_markdown(),
        "docs/configuration.md is made from the code and no longer equals it: run the test of jeton-server that writes it \
         (crates/server/tests/server/config_reference.rs says how)"
    );
}
