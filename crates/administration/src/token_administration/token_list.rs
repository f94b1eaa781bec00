//! Which tokens are in which list.

use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::TokenKind;
use jeton_model::store::TokenFilter;

/// One of the two lists. What gives access is in the first, whatever issued it; sessions, registration tokens and PCTs are in
/// neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenList {
    /// Access tokens, RPTs, API tokens, robots' tokens.
    Access,
    /// Refresh tokens.
    Refresh,
}

impl TokenList {
    /// The kinds in it.
    #[must_use]
    pub const fn kinds(self) -> &'static [TokenKind] {
        match self {
            Self::Access => {
                &[TokenKind::Access, TokenKind::Rpt, TokenKind::Api, TokenKind::Robot, TokenKind::RobotClient]
            }
            Self::Refresh => &[TokenKind::Refresh],
        }
    }

    /// Those not ended at a moment, of a service.
    pub(crate) fn live(self, service: ServiceId, now: Timestamp) -> TokenFilter {
        TokenFilter {
            service: Some(service),
            kinds: self.kinds().to_vec(),
            live_at: Some(now),
            ..TokenFilter::default()
        }
    }
}
