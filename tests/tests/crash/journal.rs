//! The acknowledged operations, which the server must keep.

use std::fmt;

/// The answers of a load.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// Tokens that were issued and not revoked: they must be active.
    pub(crate) issued: Vec<String>,
    /// Tokens whose revocation was answered: they must be inactive.
    pub(crate) revoked: Vec<String>,
    /// Authorization codes whose redemption was answered: they must not work again.
    pub(crate) codes: Vec<String>,
}

impl Journal {
    /// Adds another journal's answers.
    pub(crate) fn merge(&mut self, other: Self) {
        self.issued.extend(other.issued);
        self.revoked.extend(other.revoked);
        self.codes.extend(other.codes);
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} issued, {} revoked, {} codes spent", self.issued.len(), self.revoked.len(), self.codes.len())
    }
}
