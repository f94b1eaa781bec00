//! How a policy names scopes.

use regex::bytes::{RegexSet, RegexSetBuilder};
use serde::{Deserialize, Serialize};

use jeton_model::capability::covers;

/// How a policy names scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matching {
    /// Exact comparison.
    #[default]
    #[serde(rename = "EQ")]
    Equal,
    /// By regular expressions, each of which must match the whole scope.
    #[serde(rename = "REGEXP")]
    Regexp,
    /// By paths: a scope and everything below it.
    #[serde(rename = "PATH")]
    Path,
}

/// The most memory that a policy's expressions may need, compiled.
const LARGEST: usize = 1 << 18;
/// How deep an expression may nest.
const DEEPEST: u32 = 32;

/// Scopes of a policy, compiled for comparison.
#[derive(Clone, Debug)]
pub struct Pattern(Kind);

#[derive(Clone, Debug)]
enum Kind {
    All,
    Words(Vec<String>),
    Paths(Vec<String>),
    Expressions(RegexSet),
    Unreadable,
}

impl Pattern {
    /// The pattern for these scopes; none: all.
    ///
    /// # Errors
    /// When an expression is invalid or needs too much memory; the text says why.
    pub fn new(matching: Matching, scopes: Option<&[String]>) -> Result<Self, String> {
        let Some(scopes) = scopes else { return Ok(Self(Kind::All)) };
        Ok(Self(match matching {
            Matching::Equal => Kind::Words(scopes.to_vec()),
            Matching::Path => Kind::Paths(scopes.to_vec()),
            Matching::Regexp => {
                let whole = scopes.iter().map(|text| format!("^(?:{text})$"));
                // Each alone too, so that no expression can close the group that contains it.
                let alone = RegexSetBuilder::new(scopes).unicode(false).size_limit(LARGEST).nest_limit(DEEPEST).build();
                let built = RegexSetBuilder::new(whole).unicode(false).size_limit(LARGEST).nest_limit(DEEPEST).build();
                let readable = |_| "a regular expression cannot be read or is too large".to_owned();
                alone.map_err(readable)?;
                Kind::Expressions(built.map_err(readable)?)
            }
        }))
    }

    /// A pattern that can no longer be read: it permits nothing and denies everything.
    pub const fn unreadable() -> Self {
        Self(Kind::Unreadable)
    }

    /// Whether permission for these scopes includes `word`.
    #[must_use]
    pub fn permits(&self, word: &str) -> bool {
        match &self.0 {
            Kind::All => true,
            Kind::Words(words) => words.iter().any(|one| one == word),
            Kind::Paths(paths) => paths.iter().any(|path| covers(path, word)),
            Kind::Expressions(set) => set.is_match(word.as_bytes()),
            Kind::Unreadable => false,
        }
    }

    /// Whether denial of these scopes includes `word`: a wider path would give what is denied below it.
    #[must_use]
    pub fn denies(&self, word: &str) -> bool {
        match &self.0 {
            Kind::Paths(paths) => paths.iter().any(|path| covers(path, word) || covers(word, path)),
            Kind::Unreadable => true,
            _ => self.permits(word),
        }
    }
}
