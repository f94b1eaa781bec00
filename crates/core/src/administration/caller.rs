//! Who may administer.

use crate::ids::ServiceId;
use crate::ledger::{Ledger, Verdict};
use crate::model::{Actor, TokenKind};
use crate::people::Session;
use crate::refusal::Refusal;

/// The scope of administrators' tokens.
pub const ADMIN_SCOPE: &str = "jeton:admin";

/// The role of users who are administrators.
pub const ADMIN_ROLE: &str = "admin";

/// Someone who proved to be an administrator. Only the functions here make one.
#[derive(Clone, Debug)]
pub struct AdminCaller(Actor);

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
    pub async fn from_bearer(ledger: &Ledger, service: ServiceId, text: &str) -> Result<Self, Refusal> {
        let Verdict::Live(live) = ledger.inspect(service, text).await? else { return Err(Refusal::BearerInvalid) };
        if !matches!(live.token.kind, TokenKind::Access | TokenKind::Api) {
            return Err(Refusal::BearerInvalid);
        }
        if !live.token.scope.contains(ADMIN_SCOPE) {
            return Err(Refusal::BearerScope(ADMIN_SCOPE));
        }
        Ok(Self(Actor::Admin(format!("token {}", live.token.id))))
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
