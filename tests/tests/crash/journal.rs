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
    /// Tokens of the API for other authorization servers that were made and not ended: they must be active.
    pub(crate) kept: Vec<String>,
    /// Those whose end was answered: they must be inactive.
    pub(crate) ended: Vec<String>,
    /// Services that were made.
    pub(crate) services: Vec<MadeService>,
    /// Services whose deletion was answered.
    pub(crate) deleted: Vec<MadeService>,
}

/// A service, and the secret that was made with it.
#[derive(Debug)]
pub(crate) struct MadeService {
    pub(crate) id: u64,
    pub(crate) secret: String,
}

impl Journal {
    /// Adds another journal's answers.
    pub(crate) fn merge(&mut self, other: Self) {
        self.issued.extend(other.issued);
        self.revoked.extend(other.revoked);
        self.codes.extend(other.codes);
        self.kept.extend(other.kept);
        self.ended.extend(other.ended);
        self.services.extend(other.services);
        self.deleted.extend(other.deleted);
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issued, revoked, codes, kept, ended, services, deleted } = self;
        let of_oauth = (issued.len(), revoked.len(), codes.len());
        let of_backend = (kept.len(), ended.len(), services.len(), deleted.len());
        write!(
            f,
            "issued, revoked, codes spent: {of_oauth:?}; kept, ended, services made, services deleted: {of_backend:?}"
        )
    }
}
