//! Result codes: for people and logs, no SDK branches on them (`docs/contracts/authlete.md` section 1.6).

use serde_json::{Map, Value};

/// A result code, such as `A109001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) &'static str);

impl Code {
    /// As it is sent.
    pub(crate) const fn text(self) -> &'static str {
        self.0
    }

    /// A message, with the code in front (`docs/contracts/authlete.md` section 1.6).
    pub(crate) fn message(self, text: &str) -> String {
        ["[", self.0, "] ", text].concat()
    }

    /// Adds the code and its message to an answer.
    pub(crate) fn put(self, members: &mut Map<String, Value>, message: &str) {
        members.insert("resultCode".to_owned(), self.0.into());
        members.insert("resultMessage".to_owned(), self.message(message).into());
    }
}
