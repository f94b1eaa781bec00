//! When the tokens of a plan end, and their family with them.
//!
//! No token outlives its family. A family usually ends when it was made to end, and cuts its tokens short; where a plan prolongs it
//! ([`Plan::prolongs_family`]), the family lives on in the same commit until the last of them has ended.

use std::time::Duration;

use super::{Family, MintPrecondition, Plan, TokenPlan};
use jeton_model::clock::Timestamp;
use jeton_model::records::TokenKind;

/// How much longer than its tokens need a family is prolonged: of two refreshes at the same moment, the one that is written last
/// must not cut off the tokens of the other.
const SPARE: Duration = Duration::from_secs(3600);

impl Plan {
    /// When a token of the plan is to end; none: never. Its family may end before.
    pub(super) fn end_of(&self, token: &TokenPlan, now: Timestamp) -> Option<Timestamp> {
        let is_linked = self.ends_access_with_refresh && token.kind == TokenKind::Access;
        let refresh = if is_linked { self.refresh_end(now) } else { None };
        own_end(token, now).into_iter().chain(refresh).min()
    }

    /// When the refresh token ends that the plan makes or keeps; none: never, or there is none.
    fn refresh_end(&self, now: Timestamp) -> Option<Timestamp> {
        let made = self.tokens.iter().find(|token| token.kind == TokenKind::Refresh);
        match (made, &self.precondition) {
            (Some(refresh), _) => own_end(refresh, now),
            (None, Some(MintPrecondition::Needs { token, idle })) => {
                idle.map_or(token.expires, |idle| Some(now + idle))
            }
            (None, _) => None,
        }
    }

    /// The new end of the plan's existing family, where the plan prolongs it; `Some(None)`: never.
    pub(super) fn prolonged(&self, now: Timestamp) -> Option<Option<Timestamp>> {
        let Family::Existing(family) = &self.family else { return None };
        let end = family.expires.filter(|_| self.prolongs_family)?;
        let kept = match &self.precondition {
            Some(MintPrecondition::Needs { idle: Some(idle), .. }) => Some(Some(now + *idle)),
            _ => None,
        };
        let ends = self.tokens.iter().map(|token| self.end_of(token, now)).chain(kept);
        // None: one of them never ends.
        let last = ends.into_iter().try_fold(end, |last, end| end.map(|end| last.max(end)));
        match last {
            Some(last) if last <= end => None,
            last => Some(last.map(|last| last + SPARE)),
        }
    }
}

/// When a token ends by what is planned for it alone.
fn own_end(token: &TokenPlan, now: Timestamp) -> Option<Timestamp> {
    let own = match &token.named {
        Some(named) => Some(named.ends),
        None => token.lifetime.map(|life| now + life),
    };
    own.into_iter().chain(token.until).min()
}
