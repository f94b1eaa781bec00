//! What one case adds to its kind.

use std::borrow::Cow;
use std::error::Error;

use jeton_jose::Secret;
use serde_json::{Map, Value};

/// What one case adds to its kind. Only values that a face or an operator uses, in the same form for all refusals: no types of
/// one feature.
#[derive(Debug, Default)]
pub(super) struct Values {
    words: [Option<Cow<'static, str>>; 2],
    pub(super) wait: Option<u64>,
    pub(super) source: Option<Box<dyn Error + Send + Sync>>,
    pub(super) members: Map<String, Value>,
    pub(super) secret: Option<Secret>,
}

impl Values {
    /// A text has two places at most, so a third word is dropped.
    pub(super) fn add_word(&mut self, word: Cow<'static, str>) {
        if let Some(free) = self.words.iter_mut().find(|known| known.is_none()) {
            *free = Some(word);
        }
    }

    pub(super) fn words(&self) -> [&str; 2] {
        self.words.each_ref().map(|word| word.as_deref().unwrap_or_default())
    }
}
