//! How a policy names scopes.

use regex::bytes::{RegexSet, RegexSetBuilder};
use serde::{Deserialize, Serialize};

use jeton_model::capability::covers;

/// How a policy names scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matching {
    /// Letter by letter.
    #[default]
    #[serde(rename = "EQ")]
    Equal,
    /// By regular expressions, each of which must describe the whole word.
    #[serde(rename = "REGEXP")]
    Regexp,
    /// By paths: a word and what lies below it.
    #[serde(rename = "PATH")]
    Path,
}

/// The most memory that a policy's expressions may need, compiled.
const LARGEST: usize = 1 << 18;
/// How deep an expression may nest.
const DEEPEST: u32 = 32;

/// Scopes, named and ready to be compared with.
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
    /// These scopes; none: all.
    ///
    /// # Errors
    /// When an expression is none, or needs too much memory; the text says why.
    pub fn new(matching: Matching, scopes: Option<&[String]>) -> Result<Self, String> {
        let Some(scopes) = scopes else { return Ok(Self(Kind::All)) };
        Ok(Self(match matching {
            Matching::Equal => Kind::Words(scopes.to_vec()),
            Matching::Path => Kind::Paths(scopes.to_vec()),
            Matching::Regexp => {
                let whole = scopes.iter().map(|text| format!("^(?:{text})$"));
                // Alone too, so that no text closes the group that holds it.
                let alone = RegexSetBuilder::new(scopes).unicode(false).size_limit(LARGEST).nest_limit(DEEPEST).build();
                let built = RegexSetBuilder::new(whole).unicode(false).size_limit(LARGEST).nest_limit(DEEPEST).build();
                let readable = |_| "a regular expression cannot be read or is too large".to_owned();
                alone.map_err(readable)?;
                Kind::Expressions(built.map_err(readable)?)
            }
        }))
    }

    /// What cannot be read any more: it permits nothing and denies everything.
    pub const fn unreadable() -> Self {
        Self(Kind::Unreadable)
    }

    /// Whether who may have these scopes may have `word`.
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

    /// Whether who may not have these scopes may not have `word`: a wider path would give what is denied below it.
    #[must_use]
    pub fn denies(&self, word: &str) -> bool {
        match &self.0 {
            Kind::Paths(paths) => paths.iter().any(|path| covers(path, word) || covers(word, path)),
            Kind::Unreadable => true,
            _ => self.permits(word),
        }
    }
}
