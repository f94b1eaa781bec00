//! The caller of a request: the actor in events, what they may do and delegate, and which tokens they see. All APIs of this
//! server share this type; [`admit`] decides who gets it.

mod admit;
mod own;
mod requirement;

use std::sync::Arc;

use crate::refusals::{AUTHORITY_EXCEEDED, ROLE_NEEDED};
use jeton_ledger::ledger::{Ending, Inspection, RevocationScope};
use jeton_ledger::refusals::{BEARER_INVALID, SCOPE_NOT_ALLOWED};
use jeton_ledger::rights::{
    ADMIN_ROLE, ADMIN_SCOPE, BACKEND_PREFIX, MANAGER_ROLE, MANAGER_SCOPE, administrative, is_administrative,
    is_of_this_server, is_worth,
};
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, ServiceId, UserKey};
use jeton_model::records::{Actor, Client, Introspect, Reason, Service, Subject, Token, User};
use jeton_model::refusals::INVALID;
use jeton_model::scope::Scope;
use jeton_model::store::TokenFilter;

pub use admit::{Authorization, Credential};
pub use requirement::Requirement;

/// A caller that an API of this server admitted. Only the functions of this module make one.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The actor in events.
    actor: Actor,
    rights: Rights,
    /// The presented token, as inspected; none when there was no token.
    presented: Option<Inspection>,
    /// The person: signed in, or the token's user.
    user: Option<Arc<User>>,
}

/// What a caller may do.
#[derive(Clone, Copy, Debug)]
enum Rights {
    /// Administers everything, and may delegate every right that exists here.
    Everything,
    /// Administers the service of the presented token. Delegates no administrative scopes except those of the token and these,
    /// which belong to the called API.
    Within(&'static [&'static str]),
    /// Reads what administrators read, and changes nothing; `values`: whether token texts may be included.
    Reading { values: bool },
    /// Administers one service, and delegates no administrative scope.
    Service(ServiceId),
    /// Manages their own tokens and consents.
    Own,
    /// Manages resources (UMA): everybody's, or those that the token's client protects for their owner.
    Resources { of_all: bool },
}

impl Caller {
    /// The owner of the machine: anyone who can open the local socket or start the process.
    #[must_use]
    pub fn local() -> Self {
        Self { actor: Actor::Admin("local socket".into()), rights: Rights::Everything, presented: None, user: None }
    }

    /// The configuration file.
    #[must_use]
    pub fn configuration() -> Self {
        Self { actor: Actor::Configuration, ..Self::local() }
    }

    /// Whoever has a credential for one service, as the backend admitted them. `name`: for the audit trail.
    #[must_use]
    pub fn of_service(name: &str, service: ServiceId) -> Self {
        Self { actor: Actor::Admin(name.into()), rights: Rights::Service(service), presented: None, user: None }
    }

    /// A signed-in person with the role `admin`; none for anyone else.
    #[must_use]
    pub fn signed_in_administrator(user: &Arc<User>) -> Option<Self> {
        user.has_role(ADMIN_ROLE).then(|| Self { rights: Rights::Everything, ..Self::signed_in(Arc::clone(user)) })
    }

    /// A signed-in person, for their own data.
    #[must_use]
    pub fn signed_in(user: Arc<User>) -> Self {
        Self { actor: Actor::User(user.key), rights: Rights::Own, presented: None, user: Some(user) }
    }

    /// The holder of a token, for resources: everybody's, or those that its client protects for their owner, who is the token's
    /// user or, without a user, the client itself.
    #[must_use]
    pub fn of_resources(live: Inspection, actor: Actor, of_all: bool) -> Self {
        Self { actor, rights: Rights::Resources { of_all }, user: live.user.clone(), presented: Some(live) }
    }

    /// The client of the presented token.
    #[must_use]
    pub fn client(&self) -> Option<&Arc<Client>> {
        self.presented.as_ref().and_then(|live| live.client.as_ref())
    }

    /// Whether the claims of a scope may be disclosed: a client that registered itself gets only those that its scopes give
    /// access to.
    #[must_use]
    pub fn opens(&self, scope: &str) -> bool {
        self.presented.as_ref().is_none_or(|live| live.is_vouched_for() || live.token.scope.contains(scope))
    }

    /// The client that protects resources, the person who owns them, if any, and whether the caller manages everybody's
    /// resources.
    ///
    /// # Errors
    /// [`BEARER_INVALID`] for a caller who does not manage resources.
    pub fn protects(&self) -> Result<(ClientKey, Option<UserKey>, bool), Refusal> {
        match (self.rights, self.client()) {
            (Rights::Resources { of_all }, Some(client)) => {
                Ok((client.key, self.user.as_ref().map(|user| user.key), of_all))
            }
            _ => Err(BEARER_INVALID),
        }
    }

    /// The actor in the event of a change to what the caller was found to own or to be allowed. A caller who only reads gets none,
    /// and so cannot write.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`] for a caller who was admitted to read.
    pub fn changes(&self) -> Result<Actor, Refusal> {
        match self.rights {
            Rights::Everything | Rights::Within(_) | Rights::Service(_) | Rights::Own | Rights::Resources { .. } => {
                Ok(self.actor.clone())
            }
            Rights::Reading { .. } => Err(exceeded(ADMIN_SCOPE)),
        }
    }

    /// The actor in the event of an administrative change.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`] for a caller who is no administrator with the right to change things.
    pub fn administers(&self) -> Result<Actor, Refusal> {
        match self.rights {
            Rights::Everything | Rights::Within(_) | Rights::Service(_) => Ok(self.actor.clone()),
            Rights::Reading { .. } | Rights::Own | Rights::Resources { .. } => Err(exceeded(ADMIN_SCOPE)),
        }
    }

    /// Checks that they may read what administrators read.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`] for anyone else.
    pub fn reads(&self) -> Result<(), Refusal> {
        match self.rights {
            Rights::Reading { .. } => Ok(()),
            _ => self.administers().map(drop),
        }
    }

    /// The person, for their own data.
    ///
    /// # Errors
    /// [`ROLE_NEEDED`] for a caller who was admitted for something else.
    pub fn owner(&self) -> Result<&Arc<User>, Refusal> {
        match (&self.rights, &self.user) {
            (Rights::Own, Some(user)) => Ok(user),
            _ => Err(ROLE_NEEDED.with("user")),
        }
    }

    /// Limits a filter to the tokens that they see: administrators see all, others their own.
    pub(crate) fn narrowed(&self, filter: TokenFilter) -> Result<TokenFilter, Refusal> {
        if let Rights::Service(id) = self.rights {
            return Ok(TokenFilter { service: Some(id), ..filter });
        }
        if self.reads().is_ok() {
            return Ok(filter);
        }
        Ok(TokenFilter { subject: Some(Subject::User(self.owner()?.key)), ..filter })
    }

    /// Whether they see a token, by the same rule as [`Self::narrowed`].
    pub(crate) fn sees(&self, token: &Token) -> bool {
        match (self.rights, &self.user) {
            (Rights::Everything | Rights::Within(_) | Rights::Reading { .. }, _) => true,
            (Rights::Service(id), _) => token.service == id,
            (Rights::Own, Some(user)) => token.subject == Some(Subject::User(user.key)),
            (Rights::Own, None) | (Rights::Resources { .. }, _) => false,
        }
    }

    /// The reason and actor when they end a token that they see.
    pub(crate) fn ending(&self, revocation_scope: RevocationScope) -> Result<Ending, Refusal> {
        let why = match self.rights {
            Rights::Everything | Rights::Within(_) | Rights::Service(_) => Reason::Admin,
            Rights::Own => Reason::User,
            Rights::Reading { .. } | Rights::Resources { .. } => return Err(exceeded(ADMIN_SCOPE)),
        };
        Ok(Ending { why, actor: self.actor.clone(), note: None, revocation_scope })
    }

    /// The actor in the event that token texts were shown to them; none: texts are not shown. Administrators who read need one of
    /// the roles of `admin.show_values_to`, and a client that acts for itself has no role; people see their own, but not through
    /// a client that registered itself (`docs/contracts/indigo-iam.md` section 3.6).
    pub(crate) fn sees_values(&self, service: &Service) -> Option<Actor> {
        let settings = &service.settings;
        let may = match self.rights {
            Rights::Reading { values } => {
                let has = |role: &String| self.user.as_ref().is_some_and(|user| user.has_role(role));
                values && settings.show_values_to.iter().any(has)
            }
            Rights::Own => self.presented.as_ref().is_none_or(Inspection::is_vouched_for),
            _ => false,
        };
        (may && settings.show_values).then(|| self.actor.clone())
    }

    /// Whether they may delegate an administrative scope.
    fn covers(&self, scope: &str) -> bool {
        match self.rights {
            Rights::Everything => true,
            Rights::Within(of_api) => {
                of_api.contains(&scope) || self.presented.as_ref().is_some_and(|live| live.holds(scope))
            }
            Rights::Service(_) | Rights::Reading { .. } | Rights::Own | Rights::Resources { .. } => false,
        }
    }

    /// Checks that they may delegate every administrative scope in a list, and every right at the backend.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`] that names the first one that they may not delegate.
    pub fn may_give(&self, scope: &Scope) -> Result<(), Refusal> {
        let gives_rights = |word: &&str| is_administrative(word) || word.starts_with(BACKEND_PREFIX);
        let beyond = scope.words().filter(gives_rights).find(|word| !self.covers(word));
        beyond.map_or(Ok(()), |word| Err(exceeded(word)))
    }

    /// Checks that they may describe a scope: the description of one of this server's own belongs to those who hold it.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`] that names the scope.
    pub(crate) fn may_describe(&self, scope: &str) -> Result<(), Refusal> {
        if is_of_this_server(scope) && !self.covers(scope) { Err(exceeded(scope)) } else { Ok(()) }
    }

    /// Checks that they may put a scope into a token: they must be allowed to delegate each administrative scope, and a user's
    /// role or a client's registration must justify it: without a user and a client it would have no effect.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`]; [`SCOPE_NOT_ALLOWED`] for a person who lacks the role; [`INVALID`] for a token without user and
    /// client.
    pub(crate) fn may_put(&self, scope: &Scope, client: Option<&Client>, user: Option<&User>) -> Result<(), Refusal> {
        self.may_give(scope)?;
        let subject = user.map(|user| Subject::User(user.key));
        let worthless: Vec<_> = administrative(scope).filter(|word| !is_worth(word, subject.as_ref(), user)).collect();
        if !worthless.is_empty() {
            return Err(SCOPE_NOT_ALLOWED.with(worthless.join(",")));
        }
        match administrative(scope).next() {
            Some(word) if client.is_none() && user.is_none() => Err(INVALID.with(format!(
                "`scope`: {word} needs a client that is registered for it, or a person with the role: name one"
            ))),
            _ => Ok(()),
        }
    }

    /// Checks that they may create or change this client: it has no more rights than they have.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`].
    pub fn may_write_client(&self, client: &Client) -> Result<(), Refusal> {
        self.is_of(client.service)?;
        self.may_give(&client.scope)?;
        client.default_scope.as_ref().map_or(Ok(()), |scope| self.may_give(scope))?;
        // Permission to introspect every token exceeds the right to manage clients.
        let is_bounded = !matches!(self.rights, Rights::Everything);
        if is_bounded && client.introspect == Introspect::Any { Err(exceeded(ADMIN_SCOPE)) } else { Ok(()) }
    }

    /// Checks that they may create or change this person: the person's roles give no more rights than they have. `shown`: the
    /// roles that may see token texts.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`].
    pub(crate) fn may_write_user(&self, user: &User, shown: &[String]) -> Result<(), Refusal> {
        self.is_of(user.service)?;
        if matches!(self.rights, Rights::Everything) {
            return Ok(());
        }
        if user.has_role(ADMIN_ROLE) || shown.iter().any(|role| user.has_role(role)) {
            return Err(exceeded(ADMIN_SCOPE));
        }
        if user.has_role(MANAGER_ROLE) && !self.covers(MANAGER_SCOPE) {
            return Err(exceeded(MANAGER_SCOPE));
        }
        Ok(())
    }

    /// Checks that they may administer a service.
    fn is_of(&self, service: ServiceId) -> Result<(), Refusal> {
        self.administers()?;
        match (&self.rights, &self.presented) {
            (Rights::Within(_), Some(live)) if live.token.service != service => Err(exceeded(ADMIN_SCOPE)),
            (Rights::Service(own), _) if *own != service => Err(exceeded(ADMIN_SCOPE)),
            _ => Ok(()),
        }
    }
}

fn exceeded(scope: &str) -> Refusal {
    AUTHORITY_EXCEEDED.with(scope.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_admitted_to_read_gets_no_actor_to_write_with() {
        let reader = Caller { rights: Rights::Reading { values: true }, ..Caller::local() };
        assert!(reader.reads().is_ok());
        assert!(reader.changes().unwrap_err().is(&AUTHORITY_EXCEEDED));
        assert!(reader.administers().unwrap_err().is(&AUTHORITY_EXCEEDED));
        assert!(reader.ending(RevocationScope::Family).unwrap_err().is(&AUTHORITY_EXCEEDED));
    }
}
