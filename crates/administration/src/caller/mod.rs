//! Who may administer, and how much of it they may hand on.

mod iam_door;

use jeton_ledger::ledger::{Inspection, Ledger, Relying};
use jeton_ledger::origin::Origin;
use jeton_ledger::refusal::Refusal;
use jeton_ledger::rights::{ADMIN_ROLE, ADMIN_SCOPE, MANAGER_ROLE, MANAGER_SCOPE, administrative, is_worth};
use jeton_model::ids::ServiceId;
use jeton_model::records::{Actor, Client, Introspect, Subject, User};
use jeton_model::scope::{IAM_WRITE, Scope};
use jeton_people::Session;

pub use iam_door::{Credential, IamDoor, TokenOwner, TokenReader};

/// Someone who proved to be an administrator. Only the functions here and the [`IamDoor`] make one.
#[derive(Clone, Debug)]
pub struct AdminCaller {
    actor: Actor,
    authority: Authority,
}

/// What a caller may hand on, and so what they may make or change.
#[derive(Clone, Debug)]
enum Authority {
    /// Everything that somebody or something here can hold.
    Everything,
    /// In the service of a token, no administrative scopes but those it held when it was admitted, and those of the door.
    Within(Inspection, Vec<&'static str>),
}

impl Authority {
    /// Whether an administrative scope may be handed on.
    fn covers(&self, scope: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Within(live, door) => door.contains(&scope) || live.holds(scope),
        }
    }
}

impl AdminCaller {
    /// The owner of the machine: whoever can open the local socket or start the process.
    #[must_use]
    pub fn local() -> Self {
        Self { actor: Actor::Admin("local socket".into()), authority: Authority::Everything }
    }

    /// The configuration file.
    #[must_use]
    pub fn configuration() -> Self {
        Self { actor: Actor::Configuration, authority: Authority::Everything }
    }

    /// The holder of an access or API token with the scope `jeton:admin`.
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`] or [`Refusal::BearerScope`].
    pub async fn from_bearer(
        ledger: &Ledger,
        service: ServiceId,
        text: &str,
        origin: &Origin,
    ) -> Result<Self, Refusal> {
        let live = ledger.admit_with(service, text, origin, (ADMIN_SCOPE, Relying::OnStore)).await?;
        Ok(Self::holding(live, vec![ADMIN_SCOPE]))
    }

    /// The holder of an access or API token for the management API: with the scope `manager`; or, where the operator lets the
    /// role suffice (`admin.accept_manager_role`), in the name of a person with the role `administrator`, unless a client that
    /// registered itself holds it (`docs/contracts/oauth-token-endpoint.md` section 14).
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`] or [`Refusal::BearerScope`].
    pub async fn from_manager(
        ledger: &Ledger,
        service: ServiceId,
        text: &str,
        origin: &Origin,
    ) -> Result<Self, Refusal> {
        let live = ledger.admit(service, text, origin, Relying::OnStore).await?;
        let suffices = ledger.directory().service(service).is_some_and(|s| s.settings.role_doors.management);
        let by_role = || live.user.as_ref().is_some_and(|user| user.has_role(MANAGER_ROLE)) && live.is_vouched_for();
        if live.holds(MANAGER_SCOPE) || suffices && by_role() {
            ledger.uses().mark_needed(&live, MANAGER_SCOPE);
            return Ok(Self::holding(live, vec![MANAGER_SCOPE]));
        }
        Err(Refusal::BearerScope(MANAGER_SCOPE))
    }

    /// A signed-in person with the role `admin`; none for anyone else.
    #[must_use]
    pub fn from_session(session: &Session) -> Option<Self> {
        Self::from_person(&session.user)
    }

    /// A person with the role `admin` who is signed in; none for anyone else.
    pub(crate) fn from_person(user: &User) -> Option<Self> {
        let actor = Actor::User(user.key);
        user.has_role(ADMIN_ROLE).then_some(Self { actor, authority: Authority::Everything })
    }

    /// The holder of a token who came in at a door: they may hand on what the token holds now, and the scopes of the door.
    pub(crate) fn holding(live: Inspection, door: Vec<&'static str>) -> Self {
        let actor = Actor::Admin(format!("token {}", live.token.id));
        let whole = live.holds(ADMIN_SCOPE);
        Self { actor, authority: if whole { Authority::Everything } else { Authority::Within(live, door) } }
    }

    /// The holder of a token, admitted already, with the scope of INDIGO IAM's administrators for writing; none for any other.
    pub fn from_iam_writer(ledger: &Ledger, live: &Inspection) -> Option<Self> {
        live.holds(IAM_WRITE).then(|| {
            ledger.uses().mark_needed(live, IAM_WRITE);
            Self::holding(live.clone(), vec![IAM_WRITE])
        })
    }

    /// For the audit trail.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// Whether they may hand on every administrative word of a scope.
    ///
    /// # Errors
    /// [`Refusal::AuthorityExceeded`] that names the first one they may not.
    pub fn may_give(&self, scope: &Scope) -> Result<(), Refusal> {
        administrative(scope).find(|word| !self.authority.covers(word)).map_or(Ok(()), exceeded)
    }

    /// Whether they may put a scope into a token: an administrative word must be theirs to hand on, and somebody's role or some
    /// client's registration must stand behind it: in nobody's name it would be worth nothing.
    ///
    /// # Errors
    /// [`Refusal::AuthorityExceeded`]; [`Refusal::ScopeNotAllowed`] for a person who lacks the role;
    /// [`Refusal::Invalid`] for nobody.
    pub(crate) fn may_put(&self, scope: &Scope, client: Option<&Client>, user: Option<&User>) -> Result<(), Refusal> {
        self.may_give(scope)?;
        let subject = user.map(|user| Subject::User(user.key));
        let worthless: Vec<_> = administrative(scope).filter(|word| !is_worth(word, subject.as_ref(), user)).collect();
        if !worthless.is_empty() {
            return Err(Refusal::ScopeNotAllowed(worthless.join(",")));
        }
        match administrative(scope).next() {
            Some(word) if client.is_none() && user.is_none() => Err(Refusal::Invalid(format!(
                "`scope`: {word} needs a client that is registered for it, or a person with the role: name one"
            ))),
            _ => Ok(()),
        }
    }

    /// Whether they may make a client like this one, or change one: it holds no more than they do.
    ///
    /// # Errors
    /// [`Refusal::AuthorityExceeded`].
    pub fn may_write_client(&self, client: &Client) -> Result<(), Refusal> {
        self.is_of(client.service)?;
        self.may_give(&client.scope)?;
        client.default_scope.as_ref().map_or(Ok(()), |scope| self.may_give(scope))?;
        match &self.authority {
            // Who reads every token's record does more than who looks after clients.
            Authority::Within(..) if client.introspect == Introspect::Any => exceeded(ADMIN_SCOPE),
            _ => Ok(()),
        }
    }

    /// Whether they may make a person like this one, or change one: the person's roles bring no more than they hold.
    /// `shown`: the roles that see the texts of tokens.
    ///
    /// # Errors
    /// [`Refusal::AuthorityExceeded`].
    pub(crate) fn may_write_user(&self, user: &User, shown: &[String]) -> Result<(), Refusal> {
        self.is_of(user.service)?;
        if matches!(self.authority, Authority::Everything) {
            return Ok(());
        }
        if user.has_role(ADMIN_ROLE) || shown.iter().any(|role| user.has_role(role)) {
            return exceeded(ADMIN_SCOPE);
        }
        if user.has_role(MANAGER_ROLE) && !self.authority.covers(MANAGER_SCOPE) {
            return exceeded(MANAGER_SCOPE);
        }
        Ok(())
    }

    fn is_of(&self, service: ServiceId) -> Result<(), Refusal> {
        match &self.authority {
            Authority::Within(live, _) if live.token.service != service => exceeded(ADMIN_SCOPE),
            _ => Ok(()),
        }
    }
}

fn exceeded(scope: &str) -> Result<(), Refusal> {
    Err(Refusal::AuthorityExceeded(scope.to_owned()))
}
