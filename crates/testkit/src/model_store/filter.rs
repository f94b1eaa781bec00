//! Which tokens a filter means, written out member by member.

use jeton_core::Timestamp;
use jeton_core::model::{GrantState, Token, TokenState};
use jeton_core::store::{Listing, Order, Page, StateName, TokenFilter};

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
            expires_from,
            expires_before,
            ends,
            used_from,
            used_before,
            device,
            binding,
            state,
            live_at,
        } = filter;
        let last_used = self.uses.get(&token.id).map(|u| u.last);
        service.is_none_or(|s| token.service == s)
            && (kinds.is_empty() || kinds.contains(&token.kind))
            && client.is_none_or(|c| token.client == Some(c))
            && subject.as_ref().is_none_or(|s| token.subject.as_ref() == Some(s))
            && grant.is_none_or(|g| token.grant == Some(g))
            && parent.is_none_or(|p| token.parent == Some(p))
            && scope.as_ref().is_none_or(|word| token.scope.names(word))
            && issued_from.is_none_or(|t| token.issued >= t)
            && issued_before.is_none_or(|t| token.issued < t)
            && expires_from.is_none_or(|t| token.expires.is_some_and(|e| e >= t))
            && ends.is_none_or(|ends| token.expires.is_some() == ends)
            && used_from.is_none_or(|t| last_used.is_some_and(|last| last >= t))
            && used_before.is_none_or(|t| last_used.is_none_or(|last| last < t))
            && device.is_none_or(|d| token.device == Some(d))
            && binding.is_none_or(|print| token.binding.is_some_and(|b| *b.thumbprint() == print))
            && state.is_none_or(|name| StateName::of(token.state) == name)
            && expires_before.is_none_or(|t| token.expires.is_some_and(|e| e < t))
            && live_at.is_none_or(|t| self.is_live(token, t))
    }

    /// Whether a token has not ended at `now`: active, not expired, family not revoked. A family that is not there (its
    /// grant was swept) is dead.
    fn is_live(&self, token: &Token, now: Timestamp) -> bool {
        let family_alive = token.grant.is_none_or(|id| {
            let grant = self.grants.get(&id);
            grant.is_some_and(|g| g.state == GrantState::Active)
        });
        token.state == TokenState::Active && token.expires.is_none_or(|e| now < e) && family_alive
    }
}

/// The part of `all` (in the page's order) that lies on the page.
pub(super) fn page<'a, T: Clone + 'a>(all: impl Iterator<Item = (u64, &'a T)>, page: Page) -> Listing<T> {
    let all: Vec<_> = all.collect();
    let by_number = page.order == Order::Id;
    let after = all.iter().filter(|(id, _)| !by_number || *id > page.after).map(|(_, item)| (*item).clone());
    let skip = usize::try_from(page.skip).unwrap_or(usize::MAX);
    Listing { items: after.skip(skip).take(page.limit as usize).collect(), total: all.len() as u64 }
}

/// Puts tokens in the order of the page.
pub(super) fn in_order(tokens: &mut [&Token], order: Order) {
    match order {
        Order::Id => tokens.sort_by_key(|t| t.id),
        // What never ends comes first: none is less than some.
        Order::Expiry => tokens.sort_by_key(|t| (t.expires, t.id)),
    }
}
