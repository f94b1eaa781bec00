//! Result codes: for people and logs, no SDK branches on them (`docs/contracts/authlete.md` section 1.6).

use serde_json::{Map, Value};

/// A result code, such as `A109001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) &'static str);

/// Codes of Jeton's own, for calls that fail as a whole in a way that the contract has no code for.
impl Code {
    /// The body or the path cannot be read.
    pub(crate) const UNREADABLE: Self = Self("A001290");
    /// There is no such operation, or it has another method.
    pub(crate) const NO_OPERATION: Self = Self("A001291");
    /// The body is too large.
    pub(crate) const TOO_LARGE: Self = Self("A001292");
    /// Too many calls.
    pub(crate) const TOO_MANY: Self = Self("A001293");
    /// A member or a parameter is not what it must be.
    pub(crate) const UNSUITABLE: Self = Self("A001294");

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
