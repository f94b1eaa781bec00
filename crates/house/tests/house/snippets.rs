//! Code in the documents is taken from the source.
//!
//! A page writes `<!-- snippet: PATH NAME -->` before a block of code; in the file of that path the lines stand between
//! `// snippet: NAME` and `// end`. `JETON_WRITE_DOCS=1` copies them into the page.

use crate::tree::{below, none, read, root};

const MARK: &str = "<!-- snippet: ";

/// The lines of a snippet, moved to the left.
fn snippet(source: &str, name: &str) -> Option<String> {
    let mut lines = source.lines().skip_while(|line| line.trim() != format!("// snippet: {name}"));
    let first = lines.next()?;
    let indent = first.len() - first.trim_start().len();
    let taken: Vec<_> =
        lines.map_while(|line| (line.trim() != "// end").then(|| line.get(indent..).unwrap_or(""))).collect();
    (!taken.is_empty()).then(|| taken.join("\n") + "\n")
}

/// The page with each snippet as it is in the source; what is wrong is noted.
fn rewritten(page: &str, wrong: &mut Vec<String>) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, marked)) = rest.split_once(MARK) {
        out.push_str(before);
        out.push_str(MARK);
        let parts = marked.split_once(" -->\n```rust\n").and_then(|(at, rest)| Some((at, rest.split_once("```\n")?)));
        let Some((at, (_, after))) = parts else {
            wrong.push(format!("no block of Rust stands below: {}", marked.lines().next().unwrap_or_default()));
            out.push_str(marked);
            return out;
        };
        let code = at.split_once(' ').and_then(|(path, name)| snippet(&read(path), name));
        let code = code.unwrap_or_else(|| {
            wrong.push(format!("there is no such snippet: {at}"));
            String::new()
        });
        out.push_str(&format!("{at} -->\n```rust\n{code}```\n"));
        rest = after;
    }
    out + rest
}

#[test]
fn code_in_the_documents_is_that_of_the_source() {
    let mut wrong = Vec::new();
    for page in below("docs/").filter(|file| file.path.ends_with(".md") && file.text.contains(MARK)) {
        let now = rewritten(&page.text, &mut wrong);
        if std::env::var_os("JETON_WRITE_DOCS").is_some() {
            std::fs::write(root().join(&page.path), now).expect("a page can be written");
        } else if now != page.text {
            wrong.push(format!(
                "{} has other code than the source: run JETON_WRITE_DOCS=1 cargo test -p jeton-house",
                page.path
            ));
        }
    }
    none(&wrong, "Code in the documents is taken from the source:");
}

#[test]
fn a_snippet_is_moved_to_the_left() {
    let source = "fn a() {\n    // snippet: b\n    if c {\n\n        d\n    }\n    // end\n}\n";
    assert_eq!(snippet(source, "b").as_deref(), Some("if c {\n\n    d\n}\n"));
    assert_eq!(snippet(source, "d"), None);
}
