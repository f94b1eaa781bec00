//! Which tokens a filter means, written out member by member.

use jeton_core::Timestamp;
use jeton_core::model::{GrantState, Token, TokenState};
use jeton_core::store::{Listing, Page, TokenFilter};

use super::state::State;

impl State {
    /// Whether a token is what the filter asks for.
    #[must_use]
    pub fn matches(&self, token: &Token, filter: &TokenFilter) -> bool {
        let TokenFilter {
            service,
            kinds,
            client,
            subject,
            grant,
            parent,
            scope,
            issued_from,
            issued_before,
            expires_before,
            live_at,
        } = filter;
        service.is_none_or(|s| token.service == s)
            && (kinds.is_empty() || kinds.contains(&token.kind))
            && client.is_none_or(|c| token.client == Some(c))
            && subject.as_ref().is_none_or(|s| token.subject.as_ref() == Some(s))
            && grant.is_none_or(|g| token.grant == Some(g))
            && parent.is_none_or(|p| token.parent == Some(p))
            && scope.as_ref().is_none_or(|word| token.scope.contains(word))
            && issued_from.is_none_or(|t| token.issued >= t)
            && issued_before.is_none_or(|t| token.issued < t)
            && expires_before.is_none_or(|t| token.expires.is_some_and(|e| e < t))
            && live_at.is_none_or(|t| self.is_live(token, t))
    }

    /// Whether a token is usable at `now`: active, started, not expired, family alive. A family that is not there (its
    /// grant was swept) is dead.
    fn is_live(&self, token: &Token, now: Timestamp) -> bool {
        let family_alive = token.grant.is_none_or(|id| {
            let grant = self.grants.get(&id);
            grant.is_some_and(|g| g.state == GrantState::Active && g.expires.is_none_or(|e| now < e))
        });
        token.state == TokenState::Active
            && token.not_before.unwrap_or(token.issued) <= now
            && token.expires.is_none_or(|e| now < e)
            && family_alive
    }
}

/// The part of `all` (in the order of their ids) that lies on the page.
pub(super) fn page<'a, T: Clone + 'a>(all: impl Iterator<Item = (u64, &'a T)>, page: Page) -> Listing<T> {
    let all: Vec<_> = all.collect();
    let after = all.iter().filter(|(id, _)| *id > page.after).map(|(_, item)| (*item).clone());
    let skip = usize::try_from(page.skip).unwrap_or(usize::MAX);
    Listing { items: after.skip(skip).take(page.limit as usize).collect(), total: all.len() as u64 }
}
