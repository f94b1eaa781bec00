//! What a token gives access to at this server, when it is used.

use super::Inspection;
use crate::rights::{is_administrative, is_of_this_server, is_worth};
use jeton_model::scope::Scope;

impl Inspection {
    /// Whether the token may use a scope of this server now; the match is exact. Its own scope and its client's registered scope
    /// must contain it; if the scope is administrative, there must be such a client or a person, and the person must have the
    /// role.
    #[must_use]
    pub fn holds(&self, scope: &str) -> bool {
        let is_bounded = self.client.is_some() || self.token.subject.is_some();
        self.token.scope.names(scope)
            && (is_bounded || !is_administrative(scope))
            && self.client.as_ref().is_none_or(|client| client.scope.names(scope))
            && is_worth(scope, self.token.subject.as_ref(), self.user.as_deref())
    }

    /// The scope that counts now: without the scopes of this server that are not [held](Self::holds). The other scopes are for
    /// the APIs that define them to judge. Does not read the store.
    #[must_use]
    pub fn scope_now(&self) -> Scope {
        let scope = &self.token.scope;
        let counts = |word: &&str| !is_of_this_server(word) || self.holds(word);
        if scope.words().all(|word| counts(&word)) {
            return scope.clone();
        }
        Scope::from_words(scope.words().filter(counts))
    }

    /// Whether the token has the rights of its person beside those of its scope. A client that registered itself gets no more than
    /// its scopes say; and so does a token that another authorization server asked for, which names a person of whom this server
    /// has seen nothing.
    pub fn is_vouched_for(&self) -> bool {
        let details = self.grant.as_ref().and_then(|grant| grant.details.as_ref());
        let is_authorized_here = details.is_none_or(|details| details.vouched.is_none());
        is_authorized_here && self.client.as_ref().is_none_or(|client| !client.self_registered)
    }
}
