//! The table of the filter's words in `docs/flows/revoke-many.md` is made from the list of words.

use std::fmt::Write as _;

use jeton_core::filter::WORDS;

use crate::generated;

const MARK: &str = "<!-- words: made by `JETON_WRITE_DOCS=1 cargo test -p jeton-house` -->\n";

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
    generated::part("docs/flows/revoke-many.md", MARK, |_| table());
}
