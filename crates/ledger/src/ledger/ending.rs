//! How tokens are ended: why, by whom, and which others end with them.

use jeton_model::ids::GrantId;
use jeton_model::records::{Actor, Reason, Token, TokenKind};

/// What ends together with a refresh token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevocationScope {
    /// Its family, with the access tokens made from it.
    #[default]
    Family,
    /// Nothing else. Access tokens stay valid until they expire.
    Token,
}

/// Why tokens are ended, by whom, and which others end with them.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The reason that each row records.
    pub why: Reason,
    /// Who caused it.
    pub actor: Actor,
    /// A note for the audit trail, never a secret.
    pub note: Option<String>,
    /// What ends with a refresh token.
    pub revocation_scope: RevocationScope,
}

impl Ending {
    /// Without a note; a refresh token ends its family.
    #[must_use]
    pub fn new(why: Reason, actor: Actor) -> Self {
        Self { why, actor, note: None, revocation_scope: RevocationScope::Family }
    }

    /// Adds a note for the audit trail.
    #[must_use]
    pub fn noting(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// Sets what ends with a refresh token.
    #[must_use]
    pub fn reaching(self, revocation_scope: RevocationScope) -> Self {
        Self { revocation_scope, ..self }
    }

    /// The family that ends with this token; none: only the token ends. A robot renews its JWT long after it has expired, when
    /// its row may be gone; so what must not be renewed is remembered by the family.
    pub(super) fn family_of(&self, token: &Token) -> Option<GrantId> {
        let whole = match token.kind {
            TokenKind::Refresh => self.revocation_scope == RevocationScope::Family,
            TokenKind::Robot => true,
            _ => false,
        };
        token.grant.filter(|_| whole)
    }
}
