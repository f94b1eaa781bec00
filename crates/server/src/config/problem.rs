//! One thing wrong with the configuration, in one line.

use std::fmt;

use serde::Serialize;

/// One problem in the configuration: where, what, and how to correct it.
///
/// It displays as one line, `message: fix`. It never contains a secret's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The dotted path of the key; the first `[[client]]` is `client[0]`.
    pub key: String,
    /// What is wrong. It names the key, so that it can be read alone.
    pub message: String,
    /// What to write instead.
    pub fix: String,
}

impl Problem {
    /// A problem with `key`; `complaint` continues the sentence that begins with the key, as in "is missing".
    pub(crate) fn new(key: impl Into<String>, complaint: &str, fix: impl Into<String>) -> Self {
        let key = key.into();
        Self { message: format!("`{key}` {complaint}"), key, fix: fix.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.fix)
    }
}
