//! Who may call the protection API: the holder of a PAT, or for SimpleIdServer clients an administrator.

use super::{Owner, PROTECTION_SCOPE};
use jeton_administration::{ADMIN_ROLE, MANAGER_ROLE, MANAGER_SCOPE};
use jeton_ledger::ledger::Inspection;
use jeton_ledger::origin::Origin;
use jeton_ledger::refusal::Refusal;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{Actor, Client, Profile, Subject, User};
use jeton_oauth::OAuth;
use jeton_oauth::client_auth::Refused;

/// A resource server acting for a resource owner. Only [`Protector::admit`] makes one.
///
/// A PAT stands for one resource server (its client) and one resource owner: the person in whose name it was issued, or the
/// client itself when it has none. It sees what was registered for exactly these two. An administrator's token sees all.
#[derive(Clone, Debug)]
pub struct Protector {
    server: ClientKey,
    owner: Owner,
    all: bool,
    profile: Profile,
}

impl Protector {
    /// The holder of a bearer token with the scope `uma_protection`; or, for SimpleIdServer clients, of one with the
    /// scope `manager` in the name of a user whose role is `administrator` or `admin`. Where the operator lets the role
    /// suffice (`admin.accept_manager_role`), the scope `manager` is not needed. With `uma_protection`, an
    /// administrator's token is a PAT like any other: a resource server does not see other people's resources because
    /// one of its users is an administrator.
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`], [`Refusal::BearerScope`], or a fault.
    pub async fn admit(oauth: &OAuth, service: ServiceId, text: &str, origin: &Origin) -> Result<Self, Refusal> {
        let live = oauth.ledger.admit(service, text, origin, jeton_ledger::ledger::Relying::OnMemory).await?;
        let role_suffices = oauth.ledger.directory().service(service).is_some_and(|s| s.settings.role_doors.management);
        Self::of(&live, role_suffices)
    }

    /// Whom a token that was admitted stands for. `role_suffices`: an administrator's needs no scope.
    ///
    /// # Errors
    /// As of [`Protector::admit`].
    pub fn of(live: &Inspection, role_suffices: bool) -> Result<Self, Refusal> {
        let client = live.client.as_deref().ok_or(Refusal::BearerInvalid)?;
        let is_pat = live.holds(PROTECTION_SCOPE);
        let all = !is_pat && is_administrator(live, client, role_suffices);
        if !is_pat && !all {
            return Err(Refusal::BearerScope(PROTECTION_SCOPE));
        }
        let owner = match (&live.user, &live.token.subject) {
            (Some(user), _) => Owner::User(user.key),
            (None, None) => Owner::Client(client.key),
            // Somebody whom this ledger does not know owns nothing here.
            (None, Some(Subject::External(_) | Subject::User(_))) => return Err(Refusal::BearerInvalid),
        };
        Ok(Self { server: client.key, owner, all, profile: client.profile })
    }

    /// A refusal in the words of the resource server's profile.
    #[must_use]
    pub fn refused(&self, refusal: Refusal) -> Refused {
        Refused { refusal, profile: self.profile }
    }

    /// The resource server.
    pub(crate) fn server(&self) -> ClientKey {
        self.server
    }

    /// The resource owner.
    pub(crate) fn owner(&self) -> Owner {
        self.owner
    }

    /// Whether what was registered by this server for this owner concerns it.
    pub(crate) fn sees(&self, server: ClientKey, owner: Owner) -> bool {
        self.all || (self.server == server && self.owner == owner)
    }

    /// Whose documents to look through; none: everybody's.
    pub(super) fn looks_through(&self) -> Option<String> {
        (!self.all).then(|| self.owner.key())
    }

    /// For the audit trail.
    pub(super) fn actor(&self) -> Actor {
        match (self.all, self.owner) {
            (true, Owner::User(key)) => Actor::User(key),
            _ => Actor::Client(self.server),
        }
    }
}

fn is_administrator(live: &Inspection, client: &Client, role_suffices: bool) -> bool {
    let has_role = |user: &User| [MANAGER_ROLE, ADMIN_ROLE].iter().any(|role| user.has_role(role));
    let may = live.holds(MANAGER_SCOPE) || role_suffices && live.is_vouched_for();
    client.profile == Profile::Classic && may && live.user.as_deref().is_some_and(has_role)
}
