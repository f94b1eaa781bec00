//! Who calls: whom an event names, what they may do and hand on, which tokens they see. Every API of this server has the same
//! one; [`admit`] says who gets it where.

mod admit;
mod own;
mod requirement;

use std::sync::Arc;

use crate::refusals::{AUTHORITY_EXCEEDED, ROLE_NEEDED};
use jeton_ledger::ledger::{Ending, Inspection, RevocationScope};
use jeton_ledger::refusals::{BEARER_INVALID, SCOPE_NOT_ALLOWED};
use jeton_ledger::rights::{ADMIN_ROLE, ADMIN_SCOPE, MANAGER_ROLE, MANAGER_SCOPE, administrative, is_worth};
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, ServiceId, UserKey};
use jeton_model::records::{Actor, Client, Introspect, Reason, Service, Subject, Token, User};
use jeton_model::refusals::INVALID;
use jeton_model::scope::Scope;
use jeton_model::store::TokenFilter;

pub use admit::{Authorization, Credential};
pub use requirement::Requirement;

/// Someone who was let in at an API of this server. Only the functions of this module make one.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whom an event names.
    actor: Actor,
    rights: Rights,
    /// The token that was presented, and what was known of it; none: there was none.
    presented: Option<Inspection>,
    /// The person who calls: signed in, or in whose name the token is.
    user: Option<Arc<User>>,
}

/// What a caller may do.
#[derive(Clone, Copy, Debug)]
enum Rights {
    /// Administers everything, and hands on whatever somebody or something here can hold.
    Everything,
    /// Administers the service of the token presented. Hands on no administrative scopes but those that the token holds and
    /// these, of the API that was called.
    Within(&'static [&'static str]),
    /// Reads what administrators read, and changes nothing; whether texts of tokens may be among it.
    Reading { values: bool },
    /// Looks after their own tokens and consents.
    Own,
    /// Looks after resources (UMA): of everybody, or those that the token's client protects for their owner.
    Resources { of_all: bool },
}

impl Caller {
    /// The owner of the machine: whoever can open the local socket or start the process.
    #[must_use]
    pub fn local() -> Self {
        Self { actor: Actor::Admin("local socket".into()), rights: Rights::Everything, presented: None, user: None }
    }

    /// The configuration file.
    #[must_use]
    pub fn configuration() -> Self {
        Self { actor: Actor::Configuration, ..Self::local() }
    }

    /// A person who is signed in and has the role `admin`; none for anyone else.
    #[must_use]
    pub fn signed_in_administrator(user: &Arc<User>) -> Option<Self> {
        user.has_role(ADMIN_ROLE).then(|| Self { rights: Rights::Everything, ..Self::signed_in(Arc::clone(user)) })
    }

    /// A person who is signed in, about what is their own.
    #[must_use]
    pub fn signed_in(user: Arc<User>) -> Self {
        Self { actor: Actor::User(user.key), rights: Rights::Own, presented: None, user: Some(user) }
    }

    /// The holder of a token, about resources: those of everybody, or those that its client protects for their owner, who is the
    /// person in whose name the token is, else the client itself.
    #[must_use]
    pub fn of_resources(live: Inspection, actor: Actor, of_all: bool) -> Self {
        Self { actor, rights: Rights::Resources { of_all }, user: live.user.clone(), presented: Some(live) }
    }

    /// The client of the token presented.
    #[must_use]
    pub fn client(&self) -> Option<&Arc<Client>> {
        self.presented.as_ref().and_then(|live| live.client.as_ref())
    }

    /// Whether the claims of a scope may be told: a client that registered itself is told what its scopes open.
    #[must_use]
    pub fn opens(&self, scope: &str) -> bool {
        self.presented.as_ref().is_none_or(|live| live.is_vouched_for() || live.token.scope.contains(scope))
    }

    /// The client that protects resources, the person whose they are, if any, and whether everybody's are theirs to look after.
    ///
    /// # Errors
    /// [`BEARER_INVALID`] for whoever looks after no resources.
    pub fn protects(&self) -> Result<(ClientKey, Option<UserKey>, bool), Refusal> {
        match (self.rights, self.client()) {
            (Rights::Resources { of_all }, Some(client)) => {
                Ok((client.key, self.user.as_ref().map(|user| user.key), of_all))
            }
            _ => Err(BEARER_INVALID),
        }
    }

    /// Whom an event names that they cause.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// Whom the event of an administrative change names.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`] for whoever is no administrator who may change things.
    pub fn administers(&self) -> Result<Actor, Refusal> {
        match self.rights {
            Rights::Everything | Rights::Within(_) => Ok(self.actor()),
            Rights::Reading { .. } | Rights::Own | Rights::Resources { .. } => Err(exceeded(ADMIN_SCOPE)),
        }
    }

    /// Whether they may read what administrators read.
    pub(crate) fn reads(&self) -> Result<(), Refusal> {
        match self.rights {
            Rights::Reading { .. } => Ok(()),
            _ => self.administers().map(drop),
        }
    }

    /// The person, about what is their own.
    ///
    /// # Errors
    /// [`ROLE_NEEDED`] for whoever came in for something else.
    pub fn owner(&self) -> Result<&Arc<User>, Refusal> {
        match (&self.rights, &self.user) {
            (Rights::Own, Some(user)) => Ok(user),
            _ => Err(ROLE_NEEDED.with("user")),
        }
    }

    /// What they see of the tokens that a filter means: administrators all, everybody else their own.
    pub(crate) fn narrowed(&self, filter: TokenFilter) -> Result<TokenFilter, Refusal> {
        if self.reads().is_ok() {
            return Ok(filter);
        }
        Ok(TokenFilter { subject: Some(Subject::User(self.owner()?.key)), ..filter })
    }

    /// Whether they see a token, as [`Self::narrowed`] says.
    pub(crate) fn sees(&self, token: &Token) -> bool {
        match (self.rights, &self.user) {
            (Rights::Everything | Rights::Within(_) | Rights::Reading { .. }, _) => true,
            (Rights::Own, Some(user)) => token.subject == Some(Subject::User(user.key)),
            (Rights::Own, None) | (Rights::Resources { .. }, _) => false,
        }
    }

    /// How tokens that they see end on their word.
    pub(crate) fn ending(&self, revocation_scope: RevocationScope) -> Result<Ending, Refusal> {
        let why = match self.rights {
            Rights::Everything | Rights::Within(_) => Reason::Admin,
            Rights::Own => Reason::User,
            Rights::Reading { .. } | Rights::Resources { .. } => return Err(exceeded(ADMIN_SCOPE)),
        };
        Ok(Ending { why, actor: self.actor.clone(), note: None, revocation_scope })
    }

    /// Whom the event names when texts of tokens are shown to them; none: texts are not. Administrators who read need one of the
    /// roles of `admin.show_values_to`, and a client that acts for itself has no role; people see their own, but not through a
    /// client that registered itself (`docs/contracts/indigo-iam.md` section 3.6).
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
        (may && settings.show_values).then(|| self.actor())
    }

    /// Whether an administrative scope may be handed on.
    fn covers(&self, scope: &str) -> bool {
        match self.rights {
            Rights::Everything => true,
            Rights::Within(of_api) => {
                of_api.contains(&scope) || self.presented.as_ref().is_some_and(|live| live.holds(scope))
            }
            Rights::Reading { .. } | Rights::Own | Rights::Resources { .. } => false,
        }
    }

    /// Whether they may hand on every administrative word of a scope.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`] that names the first one they may not.
    pub fn may_give(&self, scope: &Scope) -> Result<(), Refusal> {
        administrative(scope).find(|word| !self.covers(word)).map_or(Ok(()), |word| Err(exceeded(word)))
    }

    /// Whether they may put a scope into a token: an administrative word must be theirs to hand on, and somebody's role or some
    /// client's registration must stand behind it: in nobody's name it would be worth nothing.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`]; [`SCOPE_NOT_ALLOWED`] for a person who lacks the role;
    /// [`INVALID`] for nobody.
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

    /// Whether they may make a client like this one, or change one: it holds no more than they do.
    ///
    /// # Errors
    /// [`AUTHORITY_EXCEEDED`].
    pub fn may_write_client(&self, client: &Client) -> Result<(), Refusal> {
        self.is_of(client.service)?;
        self.may_give(&client.scope)?;
        client.default_scope.as_ref().map_or(Ok(()), |scope| self.may_give(scope))?;
        // Who reads every token's record does more than who looks after clients.
        let is_bounded = !matches!(self.rights, Rights::Everything);
        if is_bounded && client.introspect == Introspect::Any { Err(exceeded(ADMIN_SCOPE)) } else { Ok(()) }
    }

    /// Whether they may make a person like this one, or change one: the person's roles bring no more than they hold.
    /// `shown`: the roles that see the texts of tokens.
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

    /// Whether a service is theirs to administer.
    fn is_of(&self, service: ServiceId) -> Result<(), Refusal> {
        self.administers()?;
        match (&self.rights, &self.presented) {
            (Rights::Within(_), Some(live)) if live.token.service != service => Err(exceeded(ADMIN_SCOPE)),
            _ => Ok(()),
        }
    }
}

fn exceeded(scope: &str) -> Refusal {
    AUTHORITY_EXCEEDED.with(scope.to_owned())
}
