//! Authenticates and authorizes callers: the one place that does this for every API that [`Requirement`] lists.

use std::sync::Arc;

use jeton_jose::Secret;

use super::requirement::Alternative;
use super::{Caller, Requirement, Rights};
use crate::refusals::ROLE_NEEDED;
use jeton_ledger::Ledger;
use jeton_ledger::ledger::Inspection;
use jeton_ledger::refusals::{BEARER_INVALID, BEARER_MISSING, BEARER_SCOPE};
use jeton_ledger::request_source::RequestSource;
use jeton_ledger::rights::{ADMIN_ROLE, ADMIN_SCOPE};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Event, EventKind, Service, User};
use jeton_model::store::Write;
use jeton_people::find_session;

/// The credential of a request. A session counts only without a bearer token: a cookie does not make up for a token whose rights
/// are insufficient.
#[derive(Clone, Debug)]
pub enum Credential {
    /// None, or none that is accepted here.
    Nothing,
    /// The text of a bearer token.
    Bearer(Secret),
    /// The text of a browser session, from a cookie in a request that no other site caused.
    Session(Secret),
}

/// An unauthenticated request. The face makes one for each.
pub struct Authorization {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// The issuer.
    pub service: Arc<Service>,
    /// Its credential.
    pub credential: Credential,
    /// Its source.
    pub origin: RequestSource,
    /// Whether the operator lets the role of the token's person suffice, without the scope, for APIs that define such a role
    /// (`iam.accept_admin_role`, `admin.accept_manager_role`).
    pub role_is_enough: bool,
    /// Whether the path is one of INDIGO IAM's without a prefix. There the role suffices until the operator requires the scope
    /// (`iam.bare_paths_need_scope`); until then token texts are not shown, and each use by an application is recorded.
    pub is_bare: bool,
}

impl Authorization {
    /// A request with a bearer token, of which only the scope counts.
    #[must_use]
    pub fn by_token(ledger: &Arc<Ledger>, service: Arc<Service>, text: &str, origin: Option<&RequestSource>) -> Self {
        Self {
            ledger: Arc::clone(ledger),
            service,
            credential: Credential::Bearer(Secret::new(text)),
            origin: origin.cloned().unwrap_or_default(),
            role_is_enough: false,
            is_bare: false,
        }
    }

    /// Admits callers that meet the API's requirement: by a person's session, which needs the role `admin` for anything that is
    /// not the person's own; or by a token with the scope, or with what suffices instead.
    ///
    /// # Errors
    /// [`BEARER_MISSING`], also for a session that has ended; [`BEARER_INVALID`]; [`BEARER_SCOPE`]; [`ROLE_NEEDED`] for a session
    /// without the role, and for a token without a person; or a fault.
    pub async fn admit(&self, asked: Requirement) -> Result<Caller, Refusal> {
        let (ledger, service, scope) = (&self.ledger, &*self.service, asked.scope);
        let is_open = self.is_bare && !service.settings.role_doors.bare_paths_closed;
        let gives = match asked.gives {
            Rights::Reading { values } => Rights::Reading { values: values && !is_open },
            other => other,
        };
        let text = match &self.credential {
            Credential::Nothing => return Err(BEARER_MISSING),
            Credential::Session(text) => {
                let session = find_session(ledger, service, text.expose()).await?.ok_or(BEARER_MISSING)?;
                return by_session(session.user, gives);
            }
            Credential::Bearer(text) => text.expose(),
        };
        let needed = matches!(asked.alternative, Alternative::Nothing).then_some(scope);
        let live = ledger.admit(service.id, text, &self.origin, (needed, asked.relying)).await?;
        let holds = live.holds(scope);
        let rights = match (asked.alternative, &live.user) {
            (Alternative::Nothing, None) if matches!(gives, Rights::Own) => return Err(BEARER_INVALID),
            (Alternative::Person | Alternative::AnyClient, None) => return Err(ROLE_NEEDED.with("user")),
            (Alternative::AnyClient, _) => return Ok(Caller::presenting(live, gives)),
            (Alternative::Person, _) if live.is_vouched_for() => return Ok(Caller::presenting(live, gives)),
            _ if holds => gives,
            (Alternative::Role { role, stands_for }, Some(user))
                if (self.role_is_enough || is_open) && user.has_role(role) && live.is_vouched_for() =>
            {
                if matches!(gives, Rights::Within(_)) { Rights::Within(stands_for) } else { gives }
            }
            _ => return Err(BEARER_SCOPE.with(scope)),
        };
        if is_open {
            self.record_use(&live, holds, scope).await?;
        }
        ledger.uses().mark_needed(&live, scope);
        Ok(Caller::presenting(live, rights))
    }

    /// Records that an application was admitted because of its person's role.
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
}

/// The caller for a person's session: the person, or, for what is not their own, an administrator with the role.
fn by_session(user: Arc<User>, gives: Rights) -> Result<Caller, Refusal> {
    let rights = match gives {
        Rights::Own => return Ok(Caller::signed_in(user)),
        Rights::Within(_) => Rights::Everything,
        other => other,
    };
    let caller = Caller::signed_in_administrator(&user).ok_or_else(|| ROLE_NEEDED.with(ADMIN_ROLE))?;
    Ok(Caller { rights, ..caller })
}

impl Caller {
    /// The caller for an admitted token with the scope of INDIGO IAM's administrators for writing; none for any other.
    pub fn iam_writer(ledger: &Ledger, live: &Inspection) -> Option<Self> {
        let Requirement { scope, gives, .. } = Requirement::IAM_WRITE;
        live.holds(scope).then(|| {
            ledger.uses().mark_needed(live, scope);
            Self::presenting(live.clone(), gives)
        })
    }

    /// The caller for a presented token. The scope `jeton:admin` gives rights in every API.
    fn presenting(live: Inspection, rights: Rights) -> Self {
        let (actor, rights) = match (rights, &live.user) {
            (Rights::Own, Some(user)) => (Actor::User(user.key), rights),
            (Rights::Within(_), _) if live.holds(ADMIN_SCOPE) => {
                (Actor::Admin(format!("token {}", live.token.id)), Rights::Everything)
            }
            _ => (Actor::Admin(format!("token {}", live.token.id)), rights),
        };
        Self { actor, rights, user: live.user.clone(), presented: Some(live) }
    }
}
