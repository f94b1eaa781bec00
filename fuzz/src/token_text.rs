//! Where the text of a token leads to.

use jeton_core::formats::{MAX_LENGTH, reference, row_of};

/// What leads to a row has the form of a token; a long text leads nowhere.
pub fn run(data: &[u8]) {
    let Some(text) = crate::text(data) else {
        return;
    };
    let row = row_of(text);
    if let Some((_, id)) = reference::parse(text) {
        assert!(text.is_ascii(), "{text}");
        assert_eq!(row, Some(id), "{text}");
    }
    if let Some(id) = row {
        assert!(id.get() > 0 && text.len() <= MAX_LENGTH, "{text}");
        assert!(reference::parse(text).is_some() || text.contains('.'), "{text}");
    }
}

/// Right ones: a reference token, and a JWT whose `jti` is a number's.
#[must_use]
pub fn seeds() -> Vec<String> {
    let mint = |kind| reference::mint(kind, jeton_core::ids::TokenId::new(4711), &jeton_core::SystemEntropy);
    let references = jeton_core::model::TokenKind::ALL.into_iter().filter_map(|kind| mint(kind).ok());
    references.map(|token| token.expose().to_owned()).chain(crate::jws_compact::seeds()).collect()
}
