//! Who may use INDIGO IAM's administration (`docs/contracts/indigo-iam.md` section 3.2): a signed-in administrator, or
//! the holder of a token with the scope for reading or for writing. Writing does not include reading.

use std::sync::Arc;

use jeton_jose::Secret;

use super::AdminCaller;
use jeton_ledger::Ledger;
use jeton_ledger::ledger::{Inspection, Relying};
use jeton_ledger::origin::Origin;
use jeton_ledger::refusal::Refusal;
use jeton_ledger::rights::ADMIN_ROLE;
use jeton_model::records::{Actor, Event, EventKind, Service, User};
use jeton_model::scope::{IAM_READ, IAM_WRITE, SCIM_READ, SCIM_WRITE, Scope, TOKENS_SCOPE};
use jeton_model::store::Write;
use jeton_people::find_session;

/// What a request shows of its sender. A session counts only when there is no bearer token: a token that is too weak is
/// not made up for by a cookie.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Nothing, or nothing that counts here.
    Nothing,
    /// The text of a bearer token.
    Bearer(Secret),
    /// The text of a browser session, from a cookie that no other site made the browser send.
    Session(Secret),
}

/// A request before it is known who sent it. The face makes one of each.
pub struct IamDoor {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// The issuer.
    pub service: Arc<Service>,
    /// What the request shows.
    pub credential: Credential,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether the role of a token's person is enough, without the scopes (`iam.accept_admin_role`).
    pub role_suffices: bool,
    /// Whether it is one of the bare paths of IAM's Tokens API reference: there the role is enough until the operator
    /// closes them (`iam.bare_paths_need_scope`), texts of tokens are not shown while it is, and each use by an
    /// application is recorded.
    pub is_bare: bool,
}

/// Someone who may read the token administration. Only [`IamDoor`] makes one.
#[derive(Clone, Debug)]
pub struct TokenReader {
    pub(crate) actor: Actor,
    /// The person who reads: none for a client that acts for itself.
    pub(crate) user: Option<Arc<User>>,
    /// Whether texts of tokens may be shown here at all.
    pub(crate) sees_values: bool,
}

/// A person, about what is theirs. Only [`IamDoor`] makes one.
#[derive(Clone, Debug)]
pub struct TokenOwner {
    pub(crate) user: Arc<User>,
    /// What the token in their hand opens, where a client that registered itself holds it; none: everything of theirs.
    pub(crate) only: Option<Scope>,
}

impl TokenOwner {
    /// The person.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The name they sign in with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.user.username
    }

    /// Whether the claims of a scope may be told: a client that registered itself is told what its scopes open.
    #[must_use]
    pub fn opens(&self, scope: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(scope))
    }
}

impl IamDoor {
    /// Someone who may read tokens and clients: the scope `iam:admin.read`.
    ///
    /// # Errors
    /// [`Refusal::BearerMissing`], [`Refusal::BearerInvalid`], [`Refusal::BearerScope`], [`Refusal::RoleNeeded`], or a fault.
    pub async fn reader(&self) -> Result<TokenReader, Refusal> {
        self.reader_with(IAM_READ).await
    }

    /// Someone who may read about people: the scope `scim:read`.
    ///
    /// # Errors
    /// As [`Self::reader`].
    pub async fn people_reader(&self) -> Result<TokenReader, Refusal> {
        self.reader_with(SCIM_READ).await
    }

    /// Someone who may change tokens and clients: the scope `iam:admin.write`.
    ///
    /// # Errors
    /// As [`Self::reader`].
    pub async fn writer(&self) -> Result<AdminCaller, Refusal> {
        Ok(self.admitted(IAM_WRITE).await?.0)
    }

    /// A person, about their own tokens and consents: by their session or by a token in their name. A client that registered
    /// itself needs the scope `jeton:tokens`: what other clients hold is none of its business.
    ///
    /// # Errors
    /// As [`Self::reader`]; [`Refusal::RoleNeeded`] for a token in nobody's name.
    pub async fn person(&self) -> Result<TokenOwner, Refusal> {
        self.person_with(Some(TOKENS_SCOPE)).await
    }

    /// A person, about who they are. A client that registered itself is told what its scopes open, as by user info.
    ///
    /// # Errors
    /// As [`Self::person`].
    pub async fn identity(&self) -> Result<TokenOwner, Refusal> {
        self.person_with(None).await
    }

    /// `needed`: the scope without which a client that registered itself stays outside.
    async fn person_with(&self, needed: Option<&'static str>) -> Result<TokenOwner, Refusal> {
        let text = match &self.credential {
            Credential::Nothing => return Err(Refusal::BearerMissing),
            Credential::Session(text) => return Ok(TokenOwner { user: self.signed_in(text).await?, only: None }),
            Credential::Bearer(text) => text.expose(),
        };
        let live = self.ledger.admit(self.service.id, text, &self.origin, Relying::OnMemory).await?;
        let user = live.user.clone().ok_or(Refusal::RoleNeeded("user"))?;
        if live.is_vouched_for() {
            return Ok(TokenOwner { user, only: None });
        }
        if let Some(scope) = needed {
            if !live.holds(scope) {
                return Err(Refusal::BearerScope(scope));
            }
            self.ledger.uses().mark_needed(&live, scope);
        }
        Ok(TokenOwner { user, only: Some(live.token.scope.clone()) })
    }

    async fn reader_with(&self, scope: &'static str) -> Result<TokenReader, Refusal> {
        let (caller, user) = self.admitted(scope).await?;
        Ok(TokenReader { actor: caller.actor(), user, sees_values: !self.is_open() })
    }

    /// Whether a person's role is enough here for an application that holds a token in their name, whatever its scopes.
    fn is_open(&self) -> bool {
        self.is_bare && !self.service.settings.role_doors.bare_paths_closed
    }

    /// Somebody with a scope of this API, or with what stands for it; and the person, unless it is a client by itself.
    async fn admitted(&self, scope: &'static str) -> Result<(AdminCaller, Option<Arc<User>>), Refusal> {
        let text = match &self.credential {
            Credential::Nothing => return Err(Refusal::BearerMissing),
            Credential::Session(text) => {
                let user = self.signed_in(text).await?;
                let caller = AdminCaller::from_person(&user).ok_or(Refusal::RoleNeeded(ADMIN_ROLE))?;
                return Ok((caller, Some(user)));
            }
            Credential::Bearer(text) => text.expose(),
        };
        let relying = if scope == IAM_WRITE { Relying::OnStore } else { Relying::OnMemory };
        let live = self.ledger.admit(self.service.id, text, &self.origin, relying).await?;
        let (holds, is_open) = (live.holds(scope), self.is_open());
        if !holds && !((self.role_suffices || is_open) && is_trusted_administrator(&live)) {
            return Err(Refusal::BearerScope(scope));
        }
        if is_open {
            self.record_use(&live, holds, scope).await?;
        }
        self.ledger.uses().mark_needed(&live, scope);
        // Where the role is enough it stands for all scopes of this API.
        let door = if holds { vec![scope] } else { vec![IAM_READ, IAM_WRITE, SCIM_READ, SCIM_WRITE] };
        let user = live.user.clone();
        Ok((AdminCaller::holding(live, door), user))
    }

    /// Records that an application came in where the role of its token's person is enough.
    async fn record_use(&self, live: &Inspection, holds: bool, scope: &str) -> Result<(), Refusal> {
        let actor = match (live.token.client, &live.user) {
            (Some(client), _) => Actor::Client(client),
            (None, Some(user)) => Actor::User(user.key),
            (None, None) => Actor::Admin(format!("token {}", live.token.id)),
        };
        let mut event = Event::new(EventKind::BarePathUsed, self.ledger.now(), Some(self.service.id), actor);
        event.token = Some(live.token.id);
        event.client = live.token.client;
        event.user = live.user.as_ref().map(|user| user.key);
        let by = if holds { "the scope" } else { "the person's role, without the scope" };
        event.detail = Some(format!("a path without /iam was used by {by} {scope}"));
        self.ledger.applied(vec![Write::Event(Box::new(event))]).await.map(drop)
    }

    /// A session that has ended is as good as none.
    async fn signed_in(&self, text: &Secret) -> Result<Arc<User>, Refusal> {
        let session = find_session(&self.ledger, &self.service, text.expose()).await?;
        session.map(|session| session.user).ok_or(Refusal::BearerMissing)
    }
}

/// An administrator's token that no client holds which registered itself.
fn is_trusted_administrator(live: &Inspection) -> bool {
    live.user.as_ref().is_some_and(|user| user.has_role(ADMIN_ROLE)) && live.is_vouched_for()
}
