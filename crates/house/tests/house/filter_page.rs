//! The table of the filter's words in `docs/flows/revoke-many.md` is made from the list of words.

use std::fmt::Write as _;

use jeton_core::filter::WORDS;

use crate::tree::{read, root};

const PAGE: &str = "docs/flows/revoke-many.md";
const BEGIN: &str = "<!-- words: made by `JETON_WRITE_DOCS=1 cargo test -p jeton-house` -->\n";
const END: &str = "<!-- end -->\n";

fn table() -> String {
    let mut text = "| condition | selects tokens |\n| --- | --- |\n".to_owned();
    for word in WORDS {
        let short = word.short.map(|short| format!(" (`{short}`)")).unwrap_or_default();
        // Writing into a String cannot fail.
        let _ = writeln!(text, "| `{}`{short} | {} |", word.name, word.meaning);
    }
    text
}

#[test]
fn every_word_of_the_filter_is_on_its_page() {
    let page = read(PAGE);
    let parts = page.split_once(BEGIN).and_then(|(start, rest)| Some((start, rest.split_once(END)?.1)));
    let (start, end) = parts.expect("docs/flows/revoke-many.md has the two marks of the table");
    let made = format!("{start}{BEGIN}{}{END}{end}", table());
    if std::env::var_os("JETON_WRITE_DOCS").is_some() {
        std::fs::write(root().join(PAGE), &made).expect("docs/flows/revoke-many.md can be written");
    }
    assert!(
        read(PAGE) == made,
        "the words in {PAGE} are no longer those of the filter: run JETON_WRITE_DOCS=1 cargo test -p jeton-house"
    );
}
