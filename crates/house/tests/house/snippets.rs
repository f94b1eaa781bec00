//! The Rust that the pages on adding something show is in the code, and the edits of `docs/first-change.md` apply to it.
//!
//! A comment above each snippet names its file: `<!-- from crates/oauth/src/device/entry.rs -->`. A snippet may be indented less than
//! in that file.

use crate::tree::{below, none, read};

/// A snippet of Rust on a page.
struct Snippet<'a> {
    /// The file that the line above it names.
    from: Option<&'a str>,
    lines: Vec<&'a str>,
}

fn snippets(page: &str) -> Vec<Snippet<'_>> {
    let (mut found, mut before) = (Vec::new(), "");
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line == "```rust" {
            let from = before.strip_prefix("<!-- from ").and_then(|rest| rest.strip_suffix(" -->"));
            found.push(Snippet { from, lines: lines.by_ref().take_while(|line| *line != "```").collect() });
        }
        before = line;
    }
    found
}

/// Lines without the indentation that all of them share.
fn flush<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| blanks(line)).min().unwrap_or(0);
    lines.iter().map(|line| line.get(common..).unwrap_or_default().trim_end()).collect()
}

/// Whether a file contains these lines one after the other, at any indentation.
fn stand_in(file: &str, snippet: &[&str]) -> bool {
    let (lines, wanted) = (file.lines().collect::<Vec<_>>(), flush(snippet));
    !wanted.is_empty() && lines.windows(wanted.len()).any(|window| flush(window) == wanted)
}

#[test]
fn every_snippet_is_in_the_file_it_names() {
    let mut wrong = Vec::new();
    for page in below("docs/adding-a-").chain(below("docs/first-change.md")) {
        for Snippet { from, lines } in snippets(&page.text) {
            let first = lines.first().copied().unwrap_or_default();
            match from {
                None => wrong.push(format!("{}: `{first}` names no file", page.path)),
                Some(file) if !stand_in(&read(file), &lines) => {
                    wrong.push(format!("{}: `{first}` is not so in {file}", page.path));
                }
                Some(_) => {}
            }
        }
    }
    none(&wrong, "Write `<!-- from FILE -->` above each Rust snippet, and copy the snippet from that file:");
}

/// The files of a page's `diff` blocks, and what each hunk expects there: the lines that it keeps or removes.
fn hunks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let (mut found, mut file, mut is_diff) = (Vec::new(), None, false);
    for line in page.lines() {
        match line {
            "```diff" => is_diff = true,
            "```" => is_diff = false,
            _ if !is_diff || line.starts_with("+++ ") => {}
            // A new file begins with `/dev/null`.
            _ if line.starts_with("--- ") => file = line.strip_prefix("--- a/"),
            _ if line.starts_with("@@ ") => found.extend(file.map(|file| (file, Vec::new()))),
            _ => {
                if let (Some((_, lines)), Some(kept)) = (found.last_mut(), line.strip_prefix([' ', '-']))
                    && file.is_some()
                {
                    lines.push(kept);
                }
            }
        }
    }
    found
}

#[test]
fn the_edits_of_the_first_change_apply() {
    let page = read("docs/first-change.md");
    let hunks = hunks(&page);
    assert!(hunks.len() > 5, "the page shows its edits as `diff` blocks");
    let mut wrong = Vec::new();
    for (file, lines) in hunks {
        let text = read(file);
        let all: Vec<_> = text.lines().collect();
        if all.windows(lines.len().max(1)).filter(|window| *window == lines).count() != 1 {
            wrong.push(format!("{file}: `{}` and what follows it", lines.first().copied().unwrap_or_default()));
        }
    }
    none(&wrong, "docs/first-change.md changes lines that are not in the file, or in two places; copy them anew:");
}

#[test]
fn a_hunk_expects_what_it_keeps_and_removes() {
    let page = "```diff\n--- a/x.rs\n+++ b/x.rs\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n--- /dev/null\n+++ b/y.rs\n@@ -0,0 +1 @@\n+four\n```\n";
    assert_eq!(hunks(page), [("x.rs", vec!["one", "two"])]);
}

#[test]
fn a_snippet_is_found_wherever_it_is_indented() {
    let file = "mod a {\n    fn one() {\n        two();\n\n        three();\n    }\n}\n";
    assert!(stand_in(file, &["fn one() {", "    two();"]));
    assert!(stand_in(file, &["two();", "", "three();"]));
    assert!(!stand_in(file, &["two();", "three();"]), "a line is left out");
    assert!(!stand_in(file, &["fn one() {", "two();"]), "indented in another way");
    let page = "<!-- from a.rs -->\n```rust\nfn one() {\n```\n\n```rust\ntwo();\n```\n";
    let found: Vec<_> = snippets(page).into_iter().map(|snippet| (snippet.from, snippet.lines)).collect();
    assert_eq!(found, [(Some("a.rs"), vec!["fn one() {"]), (None, vec!["two();"])]);
}
