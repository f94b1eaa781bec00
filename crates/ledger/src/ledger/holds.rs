//! What a token opens at this server, at the moment of use.

use super::Inspection;
use crate::rights::{is_administrative, is_worth, opens_this_server};
use jeton_model::scope::{Scope, TOKENS_SCOPE};

impl Inspection {
    /// Whether the token holds a scope that opens something of this server, now (no such word allows more than itself): its scope has the word, its client's
    /// registered scope still does, and where the word is administrative, there is such a client or a person, and the person
    /// holds the role.
    #[must_use]
    pub fn holds(&self, scope: &str) -> bool {
        let is_bounded = self.client.is_some() || self.token.subject.is_some();
        self.token.scope.names(scope)
            && (is_bounded || !is_administrative(scope))
            && self.client.as_ref().is_none_or(|client| client.scope.names(scope))
            && is_worth(scope, self.token.subject.as_ref(), self.user.as_deref())
    }

    /// The scope as it counts now: without the words that open something of this server and are not [held](Self::holds). What
    /// the other words are worth, the APIs know that they are of. Asks no store.
    #[must_use]
    pub fn scope_now(&self) -> Scope {
        let scope = &self.token.scope;
        let counts = |word: &&str| {
            let is_ours = opens_this_server(word) || *word == TOKENS_SCOPE;
            !is_ours || self.holds(word)
        };
        if scope.words().all(|word| counts(&word)) {
            return scope.clone();
        }
        Scope::from_words(scope.words().filter(counts))
    }

    /// Whether somebody chose the client that holds the token: one that registered itself gets no more than its scopes say.
    pub fn is_vouched_for(&self) -> bool {
        self.client.as_ref().is_none_or(|client| !client.self_registered)
    }
}
