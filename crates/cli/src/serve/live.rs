//! What of the configuration lives in a running server and not in the ledger, and can be changed while it runs.

use jeton_core::ledger::RevocationScope;
use jeton_face_iam::{IamRules, LiveRules};
use jeton_server::config::Config;

/// Handles that the faces read with each request.
#[derive(Clone, Debug, Default)]
pub(super) struct Live {
    /// Of the IAM face.
    pub(super) iam: LiveRules,
}

impl Live {
    /// From a configuration.
    pub(super) fn of(config: &Config) -> Self {
        let live = Self::default();
        live.set(config);
        live
    }

    /// Applies a configuration that was read again.
    pub(super) fn set(&self, config: &Config) {
        self.iam.set(iam(config));
    }
}

/// The choices about the IAM face.
pub(super) fn iam(config: &Config) -> IamRules {
    let revocation_scope = if config.iam.keep_access_tokens { RevocationScope::Token } else { RevocationScope::Family };
    IamRules { accept_admin_role: config.iam.accept_admin_role, revocation_scope }
}
