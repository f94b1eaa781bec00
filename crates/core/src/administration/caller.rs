//! Who may administer.

use crate::ids::ServiceId;
use crate::ledger::Ledger;
use crate::model::Actor;
use crate::origin::Origin;
use crate::people::Session;
use crate::refusal::Refusal;

/// The scope of administrators' tokens.
pub const ADMIN_SCOPE: &str = "jeton:admin";

/// The role of users who are administrators.
pub const ADMIN_ROLE: &str = "admin";

/// The scope of tokens for the management API.
pub const MANAGER_SCOPE: &str = "manager";

/// The role of users whose tokens are for the management API too.
pub const MANAGER_ROLE: &str = "administrator";

/// Someone who proved to be an administrator. Only the functions here and the [`IamDoor`](super::IamDoor) make one.
#[derive(Clone, Debug)]
pub struct AdminCaller(pub(super) Actor);

impl AdminCaller {
    /// The owner of the machine: whoever can open the local socket or start the process.
    #[must_use]
    pub fn local() -> Self {
        Self(Actor::Admin("local socket".into()))
    }

    /// The configuration file.
    #[must_use]
    pub fn configuration() -> Self {
        Self(Actor::Configuration)
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
        let live = ledger.admit_with(service, text, origin, ADMIN_SCOPE).await?;
        Ok(Self(Actor::Admin(format!("token {}", live.token.id))))
    }

    /// The holder of an access or API token for the management API: with the scope `manager`, or in the name of a person
    /// with the role `administrator`, unless a client that registered itself holds it (contract section 14).
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`] or [`Refusal::BearerScope`].
    pub async fn from_manager(
        ledger: &Ledger,
        service: ServiceId,
        text: &str,
        origin: &Origin,
    ) -> Result<Self, Refusal> {
        let live = ledger.admit(service, text, origin).await?;
        let own = live.client.as_ref().is_none_or(|client| !client.self_registered);
        let administrator = live.user.as_ref().is_some_and(|user| user.has_role(MANAGER_ROLE)) && own;
        if live.token.scope.contains(MANAGER_SCOPE) || administrator {
            ledger.mark_needed(&live, MANAGER_SCOPE);
            return Ok(Self(Actor::Admin(format!("token {}", live.token.id))));
        }
        Err(Refusal::BearerScope(MANAGER_SCOPE))
    }

    /// A signed-in person with the role `admin`; none for anyone else.
    #[must_use]
    pub fn from_session(session: &Session) -> Option<Self> {
        session.user.has_role(ADMIN_ROLE).then(|| Self(Actor::User(session.user.key)))
    }

    /// For the audit trail.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.0.clone()
    }
}
