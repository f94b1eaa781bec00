//! Which tokens a path is about.

use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::TokenKind;
use jeton_model::store::TokenFilter;

/// The tokens that a path is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenList {
    /// The kinds in it; empty: all.
    pub(super) kinds: &'static [TokenKind],
    /// Whether what has ended is not in it. Such a list tells that there is a token which the caller does not see.
    pub(super) is_of_live: bool,
}

impl TokenList {
    /// Live tokens that give access, whatever issued them; sessions, registration tokens and PCTs are in no such list.
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

    /// All in it, of a service, ended or not.
    pub(crate) fn of(self, service: ServiceId) -> TokenFilter {
        TokenFilter { service: Some(service), kinds: self.kinds.to_vec(), ..TokenFilter::default() }
    }

    /// Those not ended at a moment, of a service.
    pub(crate) fn live(self, service: ServiceId, now: Timestamp) -> TokenFilter {
        TokenFilter { live_at: Some(now), ..self.of(service) }
    }
}
