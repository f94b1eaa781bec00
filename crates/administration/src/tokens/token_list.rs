//! Which tokens a path covers.

use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::TokenKind;
use jeton_model::store::TokenFilter;

/// The tokens that a path covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenList {
    /// The kinds in it; empty: all.
    pub(super) kinds: &'static [TokenKind],
    /// Whether ended tokens are excluded. Such a list reveals that a token exists which the caller does not see.
    pub(super) is_of_live: bool,
}

impl TokenList {
    /// Live tokens that give access, however issued; sessions, registration tokens and PCTs are not included.
    pub const ACCESS: Self = Self {
        kinds: &[TokenKind::Access, TokenKind::Rpt, TokenKind::Api, TokenKind::Robot, TokenKind::RobotClient],
        is_of_live: true,
    };

    /// Live refresh tokens.
    pub const REFRESH: Self = Self { kinds: &[TokenKind::Refresh], is_of_live: true };

    /// API tokens, ended or not.
    pub const API: Self = Self { kinds: &[TokenKind::Api], is_of_live: false };

    /// All tokens, ended or not.
    pub const EVERY: Self = Self { kinds: &[], is_of_live: false };

    /// All tokens of this list in a service, ended or not.
    pub(crate) fn of(self, service: ServiceId) -> TokenFilter {
        TokenFilter { service: Some(service), kinds: self.kinds.to_vec(), ..TokenFilter::default() }
    }

    /// The tokens of this list in a service that have not ended at this time.
    pub(crate) fn live(self, service: ServiceId, now: Timestamp) -> TokenFilter {
        TokenFilter { live_at: Some(now), ..self.of(service) }
    }
}
