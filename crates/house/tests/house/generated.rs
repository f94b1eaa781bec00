//! Pages and parts of pages that are made from the code. With `JETON_WRITE_DOCS` the tests write them, otherwise they compare.

use crate::tree::{read, root};

const END: &str = "<!-- end -->";

/// A part of a page: what stands between the mark and [`END`]. `make` gets the part that is there.
pub(crate) fn part(page: &str, mark: &str, make: impl Fn(&str) -> String) {
    let text = read(page);
    let parts = text.split_once(mark).and_then(|(start, rest)| Some((start, rest.split_once(END)?)));
    let (start, (old, end)) = parts.expect("the page has the two marks of its generated part");
    whole(page, &format!("{start}{mark}{}{END}{end}", make(old)));
}

/// A whole page.
pub(crate) fn whole(page: &str, made: &str) {
    if std::env::var_os("JETON_WRITE_DOCS").is_some() {
        std::fs::write(root().join(page), made).expect("the page can be written");
    }
    assert!(
        read(page) == made,
        "{page} is no longer what the code says: run JETON_WRITE_DOCS=1 cargo test -p jeton-house"
    );
}
