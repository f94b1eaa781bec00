//! What people may delegate to their own API tokens: no more than the rights they call with.

use std::sync::Arc;

use super::Caller;
use crate::refusals::TOKEN_NOT_ROTATABLE;
use jeton_ledger::Ledger;
use jeton_ledger::address_ranges::AddressRanges;
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_ledger::rights::{ADMINISTRATIVE, BACKEND_PREFIX, is_administrative, is_worth};
use jeton_model::Refusal;
use jeton_model::records::{ApiTokenPolicy, Client, Subject, Token, User};
use jeton_model::refusals::INVALID;
use jeton_model::scope::Scope;

impl Caller {
    /// The presented token; none when there was no token.
    pub(crate) fn token(&self) -> Option<&Token> {
        self.presented.as_ref().map(|live| &*live.token)
    }

    /// The client of that token if it registered itself: tokens that it makes belong to it, with its limits.
    pub(crate) fn bounding_client(&self) -> Option<&Arc<Client>> {
        self.client().filter(|client| client.self_registered)
    }

    /// Checks that they may delegate a scope: it lies within the presented token; or, if signed in, within the scopes that
    /// discovery lists, the policy's `user_scope` and those of their roles.
    pub(crate) fn may_make(&self, ledger: &Ledger, policy: &ApiTokenPolicy, scope: &Scope) -> Result<(), Refusal> {
        let user = self.owner()?;
        let allowed = match self.token() {
            Some(by) => worth(by, user),
            None => allowed(ledger, policy, user),
        };
        // A right at the backend is an administrator's to give, whatever the presented token contains.
        if let Some(right) = scope.words().find(|word| word.starts_with(BACKEND_PREFIX)) {
            return Err(SCOPE_NOT_ALLOWED.with(right.to_owned()));
        }
        scope.beyond(&allowed).map_or(Ok(()), |beyond| Err(SCOPE_NOT_ALLOWED.with(beyond)))
    }

    /// Checks that they may see the text of this token, which they see in lists: administrators who may delegate its scope; a
    /// signed-in person; and a program if it is its own token, or has no right that the program lacks.
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

    /// The ranges of a token that they make: those requested, which must lie within those of the presented token; else its own.
    pub(crate) fn ranges(&self, asked: Option<AddressRanges>) -> Result<AddressRanges, Refusal> {
        let own = self.token().map(AddressRanges::of).unwrap_or_default();
        match asked.filter(|asked| !asked.is_empty()) {
            None => Ok(own),
            Some(asked) if asked.within(&own) => Ok(asked),
            Some(_) => Err(INVALID.with("`address_ranges` must lie within those of the token you use")),
        }
    }
}

/// The scope of a person's token that counts now.
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
