//! Which tokens a filter means, by the definition itself.

use jeton_core::model::Token;
use jeton_core::store::{Listing, Order, Page, TokenFilter};
use jeton_core::terms::Facts;

use super::state::State;

impl State {
    /// Whether a token is what the filter asks for.
    #[must_use]
    pub fn matches(&self, token: &Token, filter: &TokenFilter) -> bool {
        // A family without a row (its grant was removed) has ended.
        let lives = |id| self.grants.get(&id).is_some_and(|grant| !grant.is_revoked());
        let last_used = self.uses.get(&token.id).map(|used| used.last);
        filter.means(token, &Facts { last_used, family_lives: token.grant.is_none_or(lives) })
    }
}

/// The part of `all` (in the page's order) that is on the page.
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
        // Tokens without expiry come first: none is less than some.
        Order::Expiry => tokens.sort_by_key(|t| (t.expires, t.id)),
    }
}
