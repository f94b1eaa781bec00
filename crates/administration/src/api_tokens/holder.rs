//! A person who looks after their own API tokens.

use std::sync::Arc;

use jeton_ledger::Ledger;
use jeton_ledger::address_ranges::AddressRanges;
use jeton_ledger::ledger::Relying;
use jeton_ledger::origin::Origin;
use jeton_ledger::refusal::Refusal;
use jeton_ledger::rights::{ADMINISTRATIVE, is_administrative, is_worth};
use jeton_model::ids::ServiceId;
use jeton_model::records::{Actor, ApiTokenPolicy, Client, Subject, Token, User};
use jeton_model::scope::{Scope, TOKENS_SCOPE};
use jeton_people::Session;

/// A person, and how they were authenticated. Only the functions here make one.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The person.
    pub(super) user: Arc<User>,
    /// The token that the person presents; none: they are signed in in a browser.
    pub(super) by: Option<Arc<Token>>,
    /// The client of that token where it registered itself: what it makes stays its own, with the bounds that it has.
    pub(super) client: Option<Arc<Client>>,
}

impl Holder {
    /// The holder of a person's access or API token with the scope `jeton:tokens`.
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`], also for a token without a person behind it; [`Refusal::BearerScope`].
    pub async fn from_bearer(
        ledger: &Ledger,
        service: ServiceId,
        text: &str,
        origin: &Origin,
    ) -> Result<Self, Refusal> {
        let live = ledger.admit_with(service, text, origin, (TOKENS_SCOPE, Relying::OnStore)).await?;
        let user = live.user.ok_or(Refusal::BearerInvalid)?;
        let client = live.client.filter(|client| client.self_registered);
        Ok(Self { user, by: Some(live.token), client })
    }

    /// A person who is signed in in a browser.
    #[must_use]
    pub fn from_session(session: &Session) -> Self {
        Self { user: Arc::clone(&session.user), by: None, client: None }
    }

    /// For the audit trail.
    pub(super) fn actor(&self) -> Actor {
        Actor::User(self.user.key)
    }

    /// Which words of a scope are more than the person may hand on: beyond the token presented; or, signed in, beyond what
    /// discovery names, the policy's `user_scope` and what the roles bring.
    pub(super) fn beyond(&self, ledger: &Ledger, policy: &ApiTokenPolicy, scope: &Scope) -> Option<String> {
        let Some(by) = &self.by else { return scope.beyond(&self.allowed(ledger, policy)) };
        scope.beyond(&self.worth(by))
    }

    /// What the token presented is worth now.
    fn worth(&self, by: &Token) -> Scope {
        let subject = Subject::User(self.user.key);
        Scope::from_words(by.scope.words().filter(|word| is_worth(word, Some(&subject), Some(&self.user))))
    }

    /// Whether the holder may be shown the text of a token like this one: a signed-in person may, and a program when it
    /// is the token it holds, or has no right that it lacks.
    pub(super) fn may_hold(&self, token: &Token) -> Result<(), Refusal> {
        let Some(by) = self.by.as_deref().filter(|by| by.id != token.id) else { return Ok(()) };
        if let Some(beyond) = token.scope.beyond(&self.worth(by)) {
            return Err(Refusal::ScopeNotAllowed(beyond));
        }
        let audience = by.audience.is_empty() || by.audience == token.audience;
        let binding = by.binding.is_none() || by.binding == token.binding;
        if audience && binding && AddressRanges::of(token).within(&AddressRanges::of(by)) {
            Ok(())
        } else {
            Err(Refusal::TokenNotRotatable("it may do more than the token you use"))
        }
    }

    fn allowed(&self, ledger: &Ledger, policy: &ApiTokenPolicy) -> Scope {
        let catalog = ledger.directory().catalog(self.user.service);
        let named = catalog.scopes().filter(|record| record.is_exposed).map(|record| record.name.as_str());
        let named = named.chain(policy.user_scope.words()).filter(|name| !is_administrative(name));
        let of_roles = ADMINISTRATIVE.iter().filter(|(_, roles)| roles.iter().any(|role| self.user.has_role(role)));
        Scope::from_words(named.chain(of_roles.map(|(scope, _)| *scope)))
    }

    /// The ranges of a token that the holder makes: those asked for, which must lie within those of the token presented;
    /// else its own.
    pub(super) fn ranges(&self, asked: Option<AddressRanges>) -> Result<AddressRanges, Refusal> {
        let own = self.by.as_deref().map(AddressRanges::of).unwrap_or_default();
        match asked.filter(|asked| !asked.is_empty()) {
            None => Ok(own),
            Some(asked) if asked.within(&own) => Ok(asked),
            Some(_) => Err(Refusal::Invalid("`address_ranges` must lie within those of the token you use".into())),
        }
    }
}
