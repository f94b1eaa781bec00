//! What an owner sees: their resources and the requests for them; and the owner's answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::requests::{self, Kept, RequestState};
use super::{Owner, Policy, Resource, limits, policies};
use jeton_ledger::ledger::documents;
use jeton_ledger::refusals::INTERACTION_INVALID;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{Actor, Client, DocumentKind, Service};
use jeton_oauth::OAuth;
use jeton_people::Session;

/// How long the page's forms are valid.
const LIFETIME: std::time::Duration = std::time::Duration::from_secs(30 * 60);
const SEALED_FOR: &[u8] = b"uma owner page";
/// How many resources and requests one page shows.
const SHOWN: usize = 200;

/// What an owner sees.
pub struct Overview {
    /// The owner's resources.
    pub resources: Vec<Shown>,
    /// How many resources the owner has in all.
    pub total: usize,
    /// Requests that wait or whose answer still counts; those that wait come first.
    pub requests: Vec<Asked>,
}

/// A resource and the policies on it.
pub struct Shown {
    /// The resource.
    pub resource: Resource,
    /// The resource server's name.
    pub server: Option<Arc<Client>>,
    /// The policies.
    pub policies: Vec<Policy>,
}

/// A request with its client and resource.
pub struct Asked {
    /// The request.
    pub kept: Kept,
    /// The client that requests access.
    pub client: Arc<Client>,
    /// The resource.
    pub resource: Resource,
}

/// The overview for a signed-in person.
///
/// # Errors
/// When the store fails.
pub async fn overview(oauth: &OAuth, service: &Service, session: &Session) -> Result<Overview, Refusal> {
    let owner = Owner::User(session.user.key);
    let key = owner.key();
    let all = documents::all(&oauth.ledger, service.id, DocumentKind::Resource, Some(&key), limits::RESOURCES).await?;
    let all: Vec<Resource> = all.into_iter().filter_map(Resource::of).filter(|r| r.owner == owner).collect();
    let policies = policies::of_owner(oauth, service.id, owner).await?;
    let mut asked = Vec::new();
    for kept in requests::of_owner(oauth, service.id, &key).await? {
        let resource = all.iter().find(|r| r.id == kept.request.resource).cloned();
        let client = oauth.ledger.entities().client(kept.request.client).await?;
        if let (Some(resource), Some(client), true) = (resource, client, kept.request.expires > oauth.ledger.now()) {
            asked.push(Asked { kept, client, resource });
        }
    }
    asked.sort_by_key(|one| (one.kept.request.answer != RequestState::Waiting, one.kept.id));
    asked.truncate(SHOWN);
    let total = all.len();
    let mut resources = Vec::new();
    for resource in all.into_iter().take(SHOWN) {
        let server = oauth.ledger.entities().client(resource.server).await?;
        let on_it = |policy: &&Policy| policy.resources.contains(&resource.id) && policy.server == resource.server;
        let policies = policies.iter().filter(on_it).cloned().collect();
        resources.push(Shown { resource, server, policies });
    }
    Ok(Overview { resources, total, requests: asked })
}

/// What one form of the page carries: the request that it answers, and the only session that may answer.
#[derive(Serialize, Deserialize)]
pub struct OwnerTicket {
    service: ServiceId,
    session: TokenId,
    request: String,
    expires: Timestamp,
}

impl OwnerTicket {
    /// The text for the form that answers a request.
    ///
    /// # Errors
    /// When encryption fails.
    pub fn sealed(oauth: &OAuth, service: &Service, session: &Session, request: &Kept) -> Result<String, Refusal> {
        let ticket = Self {
            service: service.id,
            session: session.token.id,
            request: request.name.clone(),
            expires: oauth.ledger.now() + LIFETIME,
        };
        oauth.ledger.secrets().seal_for_page(SEALED_FOR, &ticket)
    }
}

/// Records a person's answer to the form's request. They may answer again: the last answer counts.
///
/// # Errors
/// [`INTERACTION_INVALID`] when the form is forged, expired, or another session's, or the request has ended.
pub async fn answer(
    oauth: &OAuth,
    service: &Service,
    session: &Session,
    text: &str,
    approve: bool,
) -> Result<(), Refusal> {
    let ticket: OwnerTicket = oauth.ledger.secrets().open_from_page(SEALED_FOR, text)?;
    if ticket.service != service.id || ticket.session != session.token.id || oauth.ledger.now() >= ticket.expires {
        return Err(INTERACTION_INVALID);
    }
    let user = session.user.key;
    let answer = if approve { RequestState::Approved } else { RequestState::Denied };
    let place = (Owner::User(user).key(), ticket.request);
    requests::decide(oauth, service.id, (&place.0, &place.1), answer, Actor::User(user)).await
}
