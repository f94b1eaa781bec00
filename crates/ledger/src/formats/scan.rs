//! Finds reference tokens in any bytes, offline: by their prefix and their checksum, which look-alikes do not have.

use memchr::memmem::Finder;

use super::reference::{CODE_PREFIX, DEVICE_CODE_PREFIX, START, read};
use jeton_model::records::TokenKind;

/// The length of the longest reference token of any kind, in bytes.
pub const LONGEST: usize = START.len() + LONGEST_WORD + 1 + BODY + 1 + CHECK;

const LONGEST_WORD: usize = 8;
const BODY: usize = 52;
const CHECK: usize = 6;

/// A reference token that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Its position.
    pub at: usize,
    /// Its text.
    pub text: &'a str,
    /// Its kind.
    pub kind: FoundKind,
    /// The number in it.
    pub number: u64,
}

/// The kind of a text that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundKind {
    /// A token of the ledger.
    Token(TokenKind),
    /// An authorization or device code, a client secret, a browser's secret, or a kind that a newer version added.
    Other(&'static str),
}

impl FoundKind {
    /// The name of the kind, for people and programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Token(kind) => kind.name(),
            Self::Other(name) => name,
        }
    }

    fn of(word: &str) -> Self {
        match TokenKind::ALL.into_iter().find(|kind| kind.prefix() == word) {
            Some(kind) => Self::Token(kind),
            None => Self::Other(match word {
                CODE_PREFIX => "authorization_code",
                DEVICE_CODE_PREFIX => "device_code",
                "cs" => "client_secret",
                "br" => "browser_secret",
                _ => "other",
            }),
        }
    }
}

impl Found<'_> {
    /// The text without its secret: prefix, kind and number.
    #[must_use]
    pub fn redacted(&self) -> String {
        let secret = BODY - NUMBER + 1 + CHECK;
        format!("{}…", self.text.get(..self.text.len().saturating_sub(secret)).unwrap_or(START))
    }
}

/// Digits of the number.
const NUMBER: usize = 9;

/// Finds tokens; reusable for many texts.
#[derive(Debug)]
pub struct Scanner(Finder<'static>);

impl Default for Scanner {
    fn default() -> Self {
        Self(Finder::new(START))
    }
}

impl Scanner {
    /// Every token that lies completely within these bytes, in order.
    pub fn find<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Found<'a>> + 'a {
        self.0.find_iter(bytes).filter_map(|at| token_at(bytes, at))
    }
}

fn token_at(bytes: &[u8], at: usize) -> Option<Found<'_>> {
    let rest = bytes.get(at..)?;
    let rest = rest.get(..rest.len().min(LONGEST))?;
    let after = rest.get(START.len()..)?;
    let word =
        after.iter().position(|b| !b.is_ascii_lowercase()).filter(|length| (1..=LONGEST_WORD).contains(length))?;
    let length = START.len() + word + 1 + BODY + 1 + CHECK;
    // The text is decoded only now: most matches in binary data are rejected before.
    let text = std::str::from_utf8(rest.get(..length)?).ok()?;
    let (word, number) = read(text)?;
    Some(Found { at, text, kind: FoundKind::of(word), number })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::reference::{mint, mint_with};
    use jeton_model::entropy::SystemEntropy;
    use jeton_model::ids::TokenId;

    fn token(id: u64, kind: TokenKind) -> String {
        mint(kind, TokenId::new(id), &SystemEntropy).unwrap().expose().to_owned()
    }

    #[test]
    fn every_kind_is_found_named_and_redacted() {
        for kind in TokenKind::ALL {
            let text = token(4711, kind);
            let scanner = Scanner::default();
            let found: Vec<_> = scanner.find(text.as_bytes()).collect();
            assert_eq!((found.len(), found[0].kind.name(), found[0].number), (1, kind.name(), 4711));
            assert_eq!(found[0].text, text);
            assert_eq!(found[0].redacted(), format!("{}…", &text[..text.len() - 50]));
        }
        let secret = mint_with("cs", 1, &SystemEntropy).unwrap();
        assert_eq!(Scanner::default().find(secret.expose().as_bytes()).next().unwrap().kind.name(), "client_secret");
        assert!(LONGEST >= secret.expose().len());
    }

    proptest! {
        #[test]
        fn tokens_are_found_whatever_lies_around_them(
            before in prop::collection::vec(any::<u8>(), 0..200),
            between in prop::collection::vec(any::<u8>(), 1..200),
            after in prop::collection::vec(any::<u8>(), 0..200),
            ids in (1_u64..1 << 52, 1_u64..1 << 52),
        ) {
            let (one, two) = (token(ids.0, TokenKind::Access), token(ids.1, TokenKind::RobotClient));
            let bytes = [&before[..], one.as_bytes(), &between, two.as_bytes(), &after].concat();
            let scanner = Scanner::default();
            let found: Vec<_> = scanner.find(&bytes).map(|found| (found.at, found.text.to_owned(), found.number)).collect();
            let second = before.len() + one.len() + between.len();
            prop_assert_eq!(found, vec![(before.len(), one, ids.0), (second, two, ids.1)]);
        }

        #[test]
        fn a_changed_character_is_not_found(id in 1_u64..1 << 52, at in 0_usize..66, put in "[0-9A-Za-z_ ]") {
            let text = token(id, TokenKind::Access);
            let mut changed = text.clone();
            changed.replace_range(at..=at, &put);
            prop_assume!(changed != text);
            prop_assert_eq!(Scanner::default().find(changed.as_bytes()).count(), 0);
        }
    }
}
