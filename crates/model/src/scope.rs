//! Scopes and audiences: space-separated lists that exist only when well formed.
//!
//! A scope is within another when each of its values is allowed by a value of the other: by an equal value or, for
//! values with a path, by [`capability::covers`]. This is the only place where scopes are compared.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::capability::{self, covers};
/// Reading the token administration (`docs/contracts/indigo-iam.md` section 3.2).
pub const IAM_READ: &str = "iam:admin.read";

/// Changing what is in it.
pub const IAM_WRITE: &str = "iam:admin.write";

/// Reading about people.
pub const SCIM_READ: &str = "scim:read";

/// Changing people.
pub const SCIM_WRITE: &str = "scim:write";

/// The scope of tokens with which a person's programs look after their API tokens.
pub const TOKENS_SCOPE: &str = "jeton:tokens";

/// The scope of an initial access token.
pub const REGISTER_SCOPE: &str = "register_client";

/// The scope of a PAT (UMA Federated Authorization section 1.3).
pub const PROTECTION_SCOPE: &str = "uma_protection";

/// A scope, RFC 6749 section 3.3: values of printable ASCII without `"` and `\`, each once, in the given order.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Scope(Arc<str>);

/// A value that is not allowed in a scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope word has a character that RFC 6749 section 3.3 does not allow")]
pub struct BadScope;

impl Scope {
    /// The empty scope.
    #[must_use]
    pub fn empty() -> Self {
        Self("".into())
    }

    /// Parses a scope; repeated values count once, several spaces count as one.
    ///
    /// # Errors
    /// When a value contains a character outside `%x21 / %x23-5B / %x5D-7E`.
    pub fn parse(text: &str) -> Result<Self, BadScope> {
        if text.bytes().any(|b| !matches!(b, b' ' | 0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
            return Err(BadScope);
        }
        Ok(Self::from_words(text.split(' ').filter(|w| !w.is_empty())))
    }

    /// From values that are known to be well formed.
    pub fn from_words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        /// So many words are compared with each other; more are looked up.
        const FEW: usize = 16;
        let (mut out, mut count) = (String::new(), 0);
        let mut many: HashSet<String> = HashSet::new();
        for word in words {
            let known = match count {
                0..FEW => out.split(' ').any(|known| known == word),
                _ => !many.insert(word.to_owned()),
            };
            if known {
                continue;
            }
            count += 1;
            if count == FEW {
                many = out.split(' ').chain([word]).map(str::to_owned).collect();
            }
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        Self(out.into())
    }

    /// The list as the wire has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The values in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|w| !w.is_empty())
    }

    /// Whether it has no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether exactly `word` is one of its values.
    #[must_use]
    pub fn names(&self, word: &str) -> bool {
        !word.is_empty() && self.0.split(' ').any(|known| known == word)
    }

    /// Whether it allows the value `word`.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        if capability::is_one(word) {
            return self.words().any(|held| covers(held, word));
        }
        self.names(word)
    }

    /// Whether `outer` allows every value.
    #[must_use]
    pub fn within(&self, outer: &Self) -> bool {
        let same = Arc::ptr_eq(&self.0, &outer.0) || self.0 == outer.0;
        // A malformed value is not allowed even by itself.
        (same && !capability::is_in(&self.0)) || self.words().all(|w| outer.contains(w))
    }

    /// The values that `outer` does not allow, joined by commas: the form in which `scope_not_allowed` names them.
    #[must_use]
    pub fn beyond(&self, outer: &Self) -> Option<String> {
        if self.within(outer) {
            return None;
        }
        let missing: Vec<&str> = self.words().filter(|w| !outer.contains(w)).collect();
        Some(missing.join(","))
    }

    /// The values of this scope, then those that only the other has.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if other.words().all(|word| self.names(word)) {
            return self.clone();
        }
        Self::from_words(self.words().chain(other.words()))
    }

    /// The intersection, in this scope's order: the values that the other allows, and for a wider value, the other's
    /// narrower ones.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        if self.within(other) {
            return self.clone();
        }
        Self::from_words(self.words().flat_map(|mine| other.words().filter_map(move |theirs| narrower(mine, theirs))))
    }
}

/// The intersection of two values.
fn narrower<'a>(mine: &'a str, theirs: &'a str) -> Option<&'a str> {
    if covers(theirs, mine) { Some(mine) } else { covers(mine, theirs).then_some(theirs) }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({})", self.0)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn words_count_once_and_keep_their_order() {
        let s = Scope::parse("b a  b c").map(|s| s.to_string());
        assert_eq!(s.as_deref(), Ok("b a c"));
    }

    #[test]
    fn many_words_count_once_too() {
        let words: Vec<String> = (0..40).map(|n| format!("w{n}")).collect();
        let twice = words.iter().chain(&words).map(String::as_str);
        assert_eq!(Scope::from_words(twice).to_string(), words.join(" "));
    }

    #[test]
    fn forbidden_characters_are_refused() {
        for bad in ["a\"b", "a\\b", "é", "a\tb", "a\nb"] {
            assert!(Scope::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_beyond_is_named_by_commas() {
        let asked = Scope::from_words(["a", "x", "y"].into_iter());
        let allowed = Scope::from_words(["a", "b"].into_iter());
        assert_eq!(asked.beyond(&allowed).as_deref(), Some("x,y"));
        assert!(!asked.within(&allowed));
        assert_eq!(asked.intersect(&allowed).as_str(), "a");
    }
}
