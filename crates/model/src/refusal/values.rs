//! What one case adds to its kind.

use std::borrow::Cow;
use std::error::Error;

use jeton_jose::Secret;
use serde_json::{Map, Value};

/// What one case adds to its kind. Only what a face or an operator has a use for, in one form for all: a feature's own types end
/// here.
#[derive(Debug, Default)]
pub(super) struct Values {
    words: [Option<Cow<'static, str>>; 2],
    pub(super) wait: Option<u64>,
    pub(super) source: Option<Box<dyn Error + Send + Sync>>,
    pub(super) members: Map<String, Value>,
    pub(super) secret: Option<Secret>,
}

impl Values {
    /// Words that have no place in a text are of no use to anybody: a third one is dropped.
    pub(super) fn add_word(&mut self, word: Cow<'static, str>) {
        if let Some(free) = self.words.iter_mut().find(|known| known.is_none()) {
            *free = Some(word);
        }
    }

    pub(super) fn words(&self) -> [&str; 2] {
        self.words.each_ref().map(|word| word.as_deref().unwrap_or_default())
    }
}
