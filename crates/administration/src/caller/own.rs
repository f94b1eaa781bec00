//! What a person may hand on to their own API tokens: no more than what they call with.

use std::sync::Arc;

use super::Caller;
use crate::refusals::TOKEN_NOT_ROTATABLE;
use jeton_ledger::Ledger;
use jeton_ledger::address_ranges::AddressRanges;
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_ledger::rights::{ADMINISTRATIVE, is_administrative, is_worth};
use jeton_model::Refusal;
use jeton_model::records::{ApiTokenPolicy, Client, Subject, Token, User};
use jeton_model::refusals::INVALID;
use jeton_model::scope::Scope;

impl Caller {
    /// The token presented; none: there was none.
    pub(crate) fn token(&self) -> Option<&Token> {
        self.presented.as_ref().map(|live| &*live.token)
    }

    /// The client of that token where it registered itself: what it makes stays its own, with the bounds that it has.
    pub(crate) fn bounding_client(&self) -> Option<&Arc<Client>> {
        self.client().filter(|client| client.self_registered)
    }

    /// Whether they may hand on a scope: it lies within the token presented; or, signed in, within what discovery names, the
    /// policy's `user_scope` and what the roles bring.
    pub(crate) fn may_make(&self, ledger: &Ledger, policy: &ApiTokenPolicy, scope: &Scope) -> Result<(), Refusal> {
        let user = self.owner()?;
        let allowed = match self.token() {
            Some(by) => worth(by, user),
            None => allowed(ledger, policy, user),
        };
        scope.beyond(&allowed).map_or(Ok(()), |beyond| Err(SCOPE_NOT_ALLOWED.with(beyond)))
    }

    /// Whether they may be shown the text of a token like this one, which they see: administrators may who may hand on its
    /// scope; a signed-in person may; and a program when it is the token it holds, or has no right that it lacks.
    pub(crate) fn may_hold(&self, token: &Token) -> Result<(), Refusal> {
        let Ok(user) = self.owner() else {
            self.administers()?;
            return self.may_give(&token.scope);
        };
        let Some(by) = self.token().filter(|by| by.id != token.id) else { return Ok(()) };
        if let Some(beyond) = token.scope.beyond(&worth(by, user)) {
            return Err(SCOPE_NOT_ALLOWED.with(beyond));
        }
        let audience = by.audience.is_empty() || by.audience == token.audience;
        let binding = by.binding.is_none() || by.binding == token.binding;
        if audience && binding && AddressRanges::of(token).within(&AddressRanges::of(by)) {
            Ok(())
        } else {
            Err(TOKEN_NOT_ROTATABLE.with("it may do more than the token you use"))
        }
    }

    /// The ranges of a token that they make: those asked for, which must lie within those of the token presented; else its own.
    pub(crate) fn ranges(&self, asked: Option<AddressRanges>) -> Result<AddressRanges, Refusal> {
        let own = self.token().map(AddressRanges::of).unwrap_or_default();
        match asked.filter(|asked| !asked.is_empty()) {
            None => Ok(own),
            Some(asked) if asked.within(&own) => Ok(asked),
            Some(_) => Err(INVALID.with("`address_ranges` must lie within those of the token you use")),
        }
    }
}

/// What a token in a person's name is worth now.
fn worth(by: &Token, user: &User) -> Scope {
    let subject = Subject::User(user.key);
    Scope::from_words(by.scope.words().filter(|word| is_worth(word, Some(&subject), Some(user))))
}

fn allowed(ledger: &Ledger, policy: &ApiTokenPolicy, user: &User) -> Scope {
    let catalog = ledger.entities().catalog(user.service);
    let named = catalog.scopes().filter(|record| record.is_exposed).map(|record| record.name.as_str());
    let named = named.chain(policy.user_scope.words()).filter(|name| !is_administrative(name));
    let of_roles = ADMINISTRATIVE.iter().filter(|(_, roles)| roles.iter().any(|role| user.has_role(role)));
    Scope::from_words(named.chain(of_roles.map(|(scope, _)| *scope)))
}
