//! How something is ended: why, on whose word, and how far that reaches.

use jeton_model::records::{Actor, Reason};

/// What ends together with a refresh token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevocationScope {
    /// Its family: the access tokens made from it too.
    #[default]
    Family,
    /// Nothing else. Access tokens live on until they expire.
    Token,
}

/// Why tokens are ended, on whose word, and how far that reaches.
#[derive(Clone, Debug)]
pub struct Ending {
    /// What each row says.
    pub why: Reason,
    /// Who caused it.
    pub actor: Actor,
    /// What the audit trail says beside that, never a secret.
    pub note: Option<String>,
    /// What ends with a refresh token.
    pub revocation_scope: RevocationScope,
}

impl Ending {
    /// Nothing more to say; a refresh token takes its family along.
    #[must_use]
    pub fn new(why: Reason, actor: Actor) -> Self {
        Self { why, actor, note: None, revocation_scope: RevocationScope::Family }
    }

    /// The same; the audit trail says this.
    #[must_use]
    pub fn noting(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// The same, reaching so far.
    #[must_use]
    pub fn reaching(self, revocation_scope: RevocationScope) -> Self {
        Self { revocation_scope, ..self }
    }
}
