//! The conjunction of two filters.

use super::TokenFilter;

impl TokenFilter {
    /// Whether it asks when a token was last used.
    #[must_use]
    pub fn asks_for_use(&self) -> bool {
        self.used_from.is_some() || self.used_before.is_some()
    }

    /// What both filters mean; none when nothing can be both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let kinds = match (self.kinds.is_empty(), other.kinds.is_empty()) {
            (true, _) => other.kinds.clone(),
            (_, true) => self.kinds.clone(),
            _ => self.kinds.iter().copied().filter(|kind| other.kinds.contains(kind)).collect(),
        };
        if kinds.is_empty() && !(self.kinds.is_empty() && other.kinds.is_empty()) {
            return None;
        }
        Some(Self {
            service: same(&self.service, &other.service)?,
            kinds,
            client: same(&self.client, &other.client)?,
            subject: same(&self.subject, &other.subject)?,
            grant: same(&self.grant, &other.grant)?,
            parent: same(&self.parent, &other.parent)?,
            scope: same(&self.scope, &other.scope)?,
            issued_from: self.issued_from.max(other.issued_from),
            issued_before: earlier(self.issued_before, other.issued_before),
            expires_from: self.expires_from.max(other.expires_from),
            expires_before: earlier(self.expires_before, other.expires_before),
            ends: same(&self.ends, &other.ends)?,
            used_from: self.used_from.max(other.used_from),
            used_before: earlier(self.used_before, other.used_before),
            device: same(&self.device, &other.device)?,
            binding: same(&self.binding, &other.binding)?,
            state: same(&self.state, &other.state)?,
            live_at: self.live_at.max(other.live_at),
        })
    }
}

/// The earlier of two bounds, either of which may be absent.
#[must_use]
pub fn earlier<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The condition that satisfies both; the outer none: they contradict each other.
fn same<T: Clone + PartialEq>(a: &Option<T>, b: &Option<T>) -> Option<Option<T>> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => None,
        _ => Some(a.clone().or_else(|| b.clone())),
    }
}
