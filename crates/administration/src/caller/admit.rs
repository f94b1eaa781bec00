//! Who is let in: the one place that decides it for every API that [`Requirement`] lists.

use std::sync::Arc;

use jeton_jose::Secret;

use super::requirement::Instead;
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
pub struct Authorization {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// The issuer.
    pub service: Arc<Service>,
    /// What the request shows.
    pub credential: Credential,
    /// Where it comes from.
    pub origin: RequestSource,
    /// Whether the operator lets the role of a token's person be enough, without the scope, where an API knows such a role
    /// (`iam.accept_admin_role`, `admin.accept_manager_role`).
    pub role_is_enough: bool,
    /// Whether it is one of INDIGO IAM's paths below no prefix: there the role is enough until the operator closes them
    /// (`iam.bare_paths_need_scope`), texts of tokens are not shown while it is, and each use by an application is recorded.
    pub is_bare: bool,
}

impl Authorization {
    /// A request with a bearer token, where the scope alone counts.
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

    /// Lets in whoever meets what an API asks for: by the session of a person, who needs the role `admin` for what is not their
    /// own; or by a token with the scope, or with what is enough in its place.
    ///
    /// # Errors
    /// [`BEARER_MISSING`], also for a session that has ended; [`BEARER_INVALID`]; [`BEARER_SCOPE`];
    /// [`ROLE_NEEDED`] for a session without the role, and for a token in nobody's name; or a fault.
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
        let needed = matches!(asked.instead, Instead::Nothing).then_some(scope);
        let live = ledger.admit(service.id, text, &self.origin, (needed, asked.relying)).await?;
        let holds = live.holds(scope);
        let rights = match (asked.instead, &live.user) {
            (Instead::Nothing, None) if matches!(gives, Rights::Own) => return Err(BEARER_INVALID),
            (Instead::Person | Instead::AnyClient, None) => return Err(ROLE_NEEDED.with("user")),
            (Instead::AnyClient, _) => return Ok(Caller::presenting(live, gives)),
            (Instead::Person, _) if live.is_vouched_for() => return Ok(Caller::presenting(live, gives)),
            _ if holds => gives,
            (Instead::Role { role, stands_for }, Some(user))
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
}

/// Whom a person's session makes them: themselves, or, for what is not their own, an administrator with the role.
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
    /// The holder of a token, admitted already, with the scope of INDIGO IAM's administrators for writing; none for any other.
    pub fn iam_writer(ledger: &Ledger, live: &Inspection) -> Option<Self> {
        let Requirement { scope, gives, .. } = Requirement::IAM_WRITE;
        live.holds(scope).then(|| {
            ledger.uses().mark_needed(live, scope);
            Self::presenting(live.clone(), gives)
        })
    }

    /// Whoever presented a token. What the scope `jeton:admin` stands for goes beyond every API.
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
