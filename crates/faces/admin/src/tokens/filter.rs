//! The query of a list: the words of the ledger's filter, and the page.

use jeton_core::filter::WORDS;

/// Parameters of the query.
pub(crate) const PARAMETERS: &[&str] = &NAMES;

#[expect(clippy::indexing_slicing, reason = "counted when the program is compiled")]
const NAMES: [&str; WORDS.len() + 3] = {
    let mut names = ["service"; WORDS.len() + 3];
    let mut at = 0;
    while at < WORDS.len() {
        names[at + 1] = WORDS[at].name;
        at += 1;
    }
    names[at + 1] = "after";
    names[at + 2] = "limit";
    names
};
