//! The one type for text that must not leak.

use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::digest::constant_time_eq;

/// A password, a client secret, a token: text that is wiped when dropped and cannot be shown by accident.
///
/// There is no `Display`, no `Serialize` and no `==`. The ways in are [`Secret::new`] and deserialization; the way out
/// is [`Secret::expose`], which is easy to search for. The default is the empty text, which is no valid secret.
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps the text. A `String` is taken over without a copy, so that no copy stays behind.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for the moment in which it is used.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The secret in the text of a file or of standard input: without the byte order mark that some editors write before it, and
    /// without the line ends behind it.
    #[must_use]
    pub fn in_text(text: &str) -> &str {
        text.strip_prefix('\u{FEFF}').unwrap_or(text).trim_end_matches(['\r', '\n'])
    }

    /// Whether `candidate` is this secret, in constant time. Only a difference in length may be learnt.
    #[must_use]
    pub fn matches(&self, candidate: &str) -> bool {
        constant_time_eq(self.0.as_bytes(), candidate.as_bytes())
    }

    /// Whether the text is empty: an empty secret is never valid.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?} {:?}", Some(secret.clone())), "Secret(…) Some(Secret(…))");
        assert_eq!(format!("{secret:#?}"), "Secret(…)");
    }

    #[test]
    fn matches_exactly() {
        let secret = Secret::from("hunter2".to_owned());
        assert!(secret.matches("hunter2"));
        assert!(!secret.matches("hunter3"));
        assert!(!secret.matches("hunter"));
        assert!(!secret.is_empty() && Secret::new("").is_empty());
    }

    #[test]
    fn editors_marks_and_line_ends_are_no_part_of_it() {
        for text in ["hunter2", "hunter2\n", "hunter2\r\n", "hunter2\n\n", "\u{FEFF}hunter2\r\n\r\n"] {
            assert_eq!(Secret::in_text(text), "hunter2", "{text:?}");
        }
        assert_eq!(Secret::in_text(" two words \n"), " two words ");
    }

    #[test]
    fn deserializes() {
        let secret: Option<Secret> = serde_json::from_str("\"hunter2\"").ok();
        assert_eq!(secret.as_ref().map(Secret::expose), Some("hunter2"));
    }
}
