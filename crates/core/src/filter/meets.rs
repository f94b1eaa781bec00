//! Which rows a filter means, without a database.

use super::resolve::earlier;
use crate::model::Token;
use crate::store::{StateName, TokenFilter};

impl TokenFilter {
    /// Whether a row is what the filter asks for, as far as the row alone can say: its use and whether its family lives
    /// are in other rows.
    pub(crate) fn meets(&self, token: &Token) -> bool {
        let Self {
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
            used_from: _,
            used_before: _,
            device,
            binding,
            state,
            live_at: _,
        } = self;
        service.is_none_or(|s| token.service == s)
            && (kinds.is_empty() || kinds.contains(&token.kind))
            && client.is_none_or(|c| token.client == Some(c))
            && subject.as_ref().is_none_or(|s| token.subject.as_ref() == Some(s))
            && grant.is_none_or(|g| token.grant == Some(g))
            && parent.is_none_or(|p| token.parent == Some(p))
            && scope.as_ref().is_none_or(|word| token.scope.contains(word))
            && issued_from.is_none_or(|t| token.issued >= t)
            && issued_before.is_none_or(|t| token.issued < t)
            && expires_from.is_none_or(|t| token.expires.is_some_and(|e| e >= t))
            && expires_before.is_none_or(|t| token.expires.is_some_and(|e| e < t))
            && ends.is_none_or(|ends| token.expires.is_some() == ends)
            && device.is_none_or(|d| token.device == Some(d))
            && binding.is_none_or(|print| token.binding.is_some_and(|b| *b.thumbprint() == print))
            && state.is_none_or(|name| StateName::of(token.state) == name)
    }

    /// Whether it asks when a token was last used.
    pub(crate) fn asks_for_use(&self) -> bool {
        self.used_from.is_some() || self.used_before.is_some()
    }

    /// What both filters mean; none when nothing can be both.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
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

/// What both say; the outer none: they contradict each other.
fn same<T: Clone + PartialEq>(a: &Option<T>, b: &Option<T>) -> Option<Option<T>> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => None,
        _ => Some(a.clone().or_else(|| b.clone())),
    }
}
