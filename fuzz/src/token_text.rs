//! Where the text of a token leads to.

use jeton_core::formats::{Claimed, MAX_LENGTH, read, reference};

/// What leads to a row has the form of a token; a long text leads nowhere.
pub fn run(data: &[u8]) {
    let Some(text) = crate::text(data) else {
        return;
    };
    match read(text) {
        Claimed::Reference(kind, id) => {
            assert!(text.is_ascii() && text.len() <= MAX_LENGTH && id.get() > 0, "{text}");
            assert_eq!(reference::parse(text), Some((kind, id)));
        }
        Claimed::Jwt(id) => assert!(id.get() > 0 && text.contains('.') && text.len() <= MAX_LENGTH, "{text}"),
        Claimed::Foreign => assert!(reference::parse(text).is_none(), "{text}"),
    }
}

/// Right ones: a reference token, and a JWT whose `jti` is a number's.
#[must_use]
pub fn seeds() -> Vec<String> {
    let mint = |kind| reference::mint(kind, jeton_core::ids::TokenId::new(4711), &jeton_core::SystemEntropy);
    let references = jeton_core::model::TokenKind::ALL.into_iter().filter_map(|kind| mint(kind).ok());
    references.map(|token| token.expose().to_owned()).chain(crate::jws_compact::seeds()).collect()
}
