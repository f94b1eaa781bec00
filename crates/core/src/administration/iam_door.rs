//! Who may use INDIGO IAM's administration (`contracts/indigo-iam.md` section 3.2): a signed-in administrator, or the holder
//! of a token with the scope for reading or for writing. Writing does not include reading.

use std::sync::Arc;

use super::{ADMIN_ROLE, AdminCaller};
use crate::Ledger;
use crate::ledger::Inspection;
use crate::model::{Actor, Service, User};
use crate::origin::Origin;
use crate::people::find_session;
use crate::refusal::Refusal;
use crate::scope::{IAM_READ, IAM_WRITE, SCIM_READ};

/// What a request shows of its sender. A session counts only when there is no bearer token: a token that is too weak is
/// not made up for by a cookie.
#[derive(Clone, Copy, Debug)]
pub enum Credential<'a> {
    /// Nothing, or nothing that counts here.
    Nothing,
    /// The text of a bearer token.
    Bearer(&'a str),
    /// The text of a browser session, from a cookie that no other site made the browser send.
    Session(&'a str),
}

/// A request before it is known who sent it.
#[derive(Clone, Copy)]
pub struct IamDoor<'a> {
    /// The product.
    pub ledger: &'a Ledger,
    /// The issuer.
    pub service: &'a Service,
    /// What the request shows.
    pub credential: Credential<'a>,
    /// Where it comes from.
    pub origin: &'a Origin,
    /// Whether the role of a token's person is enough, without the scopes (`iam.accept_admin_role`).
    pub role_suffices: bool,
}

/// Someone who may read the token administration.
#[derive(Clone, Debug)]
pub struct TokenReader {
    pub(crate) actor: Actor,
    /// The person who reads: none for a client that acts for itself.
    pub(crate) user: Option<Arc<User>>,
}

/// A person, about his own tokens.
#[derive(Clone, Debug)]
pub struct TokenOwner {
    pub(crate) user: Arc<User>,
    /// Whether he may see texts here: not through a client that registered itself.
    pub(crate) sees_values: bool,
}

impl TokenOwner {
    /// The person.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The name he signs in with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.user.username
    }
}

impl IamDoor<'_> {
    /// Someone who may read tokens and clients: the scope `iam:admin.read`.
    ///
    /// # Errors
    /// [`Refusal::BearerMissing`], [`Refusal::BearerInvalid`], [`Refusal::BearerScope`], [`Refusal::RoleNeeded`], or a fault.
    pub async fn reader(&self) -> Result<TokenReader, Refusal> {
        let (actor, user) = self.admitted(IAM_READ).await?;
        Ok(TokenReader { actor, user })
    }

    /// Someone who may read about people: the scope `scim:read`.
    ///
    /// # Errors
    /// As [`Self::reader`].
    pub async fn people_reader(&self) -> Result<TokenReader, Refusal> {
        let (actor, user) = self.admitted(SCIM_READ).await?;
        Ok(TokenReader { actor, user })
    }

    /// Someone who may change tokens and clients: the scope `iam:admin.write`.
    ///
    /// # Errors
    /// As [`Self::reader`].
    pub async fn writer(&self) -> Result<AdminCaller, Refusal> {
        let (actor, _) = self.admitted(IAM_WRITE).await?;
        Ok(AdminCaller(actor))
    }

    /// A person, by his session or by a token in his name.
    ///
    /// # Errors
    /// As [`Self::reader`]; [`Refusal::RoleNeeded`] for a token in nobody's name.
    pub async fn person(&self) -> Result<TokenOwner, Refusal> {
        match self.credential {
            Credential::Nothing => Err(Refusal::BearerMissing),
            Credential::Session(text) => Ok(TokenOwner { user: self.signed_in(text).await?, sees_values: true }),
            Credential::Bearer(text) => {
                let live = self.ledger.admit(self.service.id, text, self.origin).await?;
                let sees_values = is_vouched_for(&live);
                let user = live.user.ok_or(Refusal::RoleNeeded("user"))?;
                Ok(TokenOwner { user, sees_values })
            }
        }
    }

    async fn admitted(&self, scope: &'static str) -> Result<(Actor, Option<Arc<User>>), Refusal> {
        match self.credential {
            Credential::Nothing => Err(Refusal::BearerMissing),
            Credential::Session(text) => {
                let user = self.signed_in(text).await?;
                if !user.has_role(ADMIN_ROLE) {
                    return Err(Refusal::RoleNeeded(ADMIN_ROLE));
                }
                Ok((Actor::User(user.key), Some(user)))
            }
            Credential::Bearer(text) => {
                let live = self.ledger.admit(self.service.id, text, self.origin).await?;
                if !may(&live, scope, self.role_suffices) {
                    return Err(Refusal::BearerScope(scope));
                }
                self.ledger.mark_needed(&live, scope);
                Ok((Actor::Admin(format!("token {}", live.token.id)), live.user))
            }
        }
    }

    /// A session that has ended is as good as none.
    async fn signed_in(&self, text: &str) -> Result<Arc<User>, Refusal> {
        let session = find_session(self.ledger, self.service, text).await?;
        session.map(|session| session.user).ok_or(Refusal::BearerMissing)
    }
}

/// The scope as the token carries it. In a person's name it counts while the person is an administrator: whoever loses the
/// role has lost it everywhere at once.
fn may(live: &Inspection, scope: &str, role_suffices: bool) -> bool {
    let is_admin = live.user.as_ref().is_some_and(|user| user.has_role(ADMIN_ROLE));
    let in_a_name = live.token.subject.is_some();
    let by_scope = live.token.scope.contains(scope) && (is_admin || !in_a_name);
    by_scope || role_suffices && is_admin && is_vouched_for(live)
}

/// Whether somebody chose the client that holds the token: one that registered itself gets no more than its scopes say.
fn is_vouched_for(live: &Inspection) -> bool {
    live.client.as_ref().is_none_or(|client| !client.self_registered)
}
