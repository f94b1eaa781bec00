//! Clients' requests to owners, and the owners' answers.
//!
//! A request is a document that expires: without an answer after a week, approved after 30 days, denied after a day. When the
//! same client requests the same thing for the same person again, it is the same request.

use std::time::Duration;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use super::party::Party;
use super::{Resource, limits};
use jeton_ledger::ledger::documents;
use jeton_ledger::refusals::INTERACTION_INVALID;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, DocumentId, ServiceId};
use jeton_model::records::{Actor, Document, DocumentKind};
use jeton_model::store::Write;
use jeton_oauth::OAuth;

const KIND: DocumentKind = DocumentKind::PermissionRequest;
const DAY: Duration = Duration::from_secs(86_400);

/// The state of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// The owner has not answered.
    Waiting,
    /// The owner agreed.
    Approved,
    /// The owner denied it.
    Denied,
}

impl RequestState {
    /// How long a request in this state is kept.
    const fn lifetime(self) -> Duration {
        match self {
            Self::Waiting => Duration::from_secs(7 * 86_400),
            Self::Approved => Duration::from_secs(30 * 86_400),
            Self::Denied => DAY,
        }
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Which resource.
    pub resource: DocumentId,
    /// The requested scopes.
    pub scopes: Vec<String>,
    /// The client.
    pub client: ClientKey,
    /// The person, named across issuers; none: the client itself.
    pub person: Option<String>,
    /// The person's display name.
    pub called: Option<String>,
    /// Its state.
    pub answer: RequestState,
    /// When it expires.
    pub expires: Timestamp,
}

/// A request with the number and name of its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its document's number.
    pub id: DocumentId,
    /// Its document's name among those of the owner.
    pub name: String,
    /// The request.
    pub request: Request,
}

/// The answer to a request, if there is one that still counts.
pub(super) async fn answer(
    oauth: &OAuth,
    service: ServiceId,
    resource: &Resource,
    scopes: &[String],
    party: &Party<'_>,
) -> Result<Option<RequestState>, Refusal> {
    let name = name_of(resource.id, scopes, party);
    let found = oauth.ledger.store().document(service, KIND, &resource.owner.key(), &name).await?;
    let request = found.and_then(read).map(|kept| kept.request);
    Ok(request.filter(|r| r.expires > oauth.ledger.now()).map(|r| r.answer))
}

/// The writes that store a new request and remove the owner's expired ones; none when too many wait already.
pub(crate) async fn submit(
    oauth: &OAuth,
    service: ServiceId,
    resource: &Resource,
    scopes: &[String],
    party: &Party<'_>,
) -> Result<Option<Vec<Write>>, Refusal> {
    let now = oauth.ledger.now();
    let owner = resource.owner.key();
    let all = of_owner(oauth, service, &owner).await?;
    let (live, ended): (Vec<_>, Vec<_>) = all.into_iter().partition(|kept| kept.request.expires > now);
    let name = name_of(resource.id, scopes, party);
    if live.iter().any(|kept| kept.name == name) {
        return Ok(Some(Vec::new()));
    }
    let of_this = live.iter().filter(|kept| kept.request.resource == resource.id).count();
    if live.len() >= limits::REQUESTS || of_this >= limits::REQUESTS_OF_ONE {
        return Ok(None);
    }
    let mut writes: Vec<Write> = ended.iter().map(|kept| Write::DeleteDocument(kept.id)).collect();
    let request = Request {
        resource: resource.id,
        scopes: scopes.to_vec(),
        client: party.client.key,
        person: party.person.as_ref().map(super::party::Person::name),
        called: party.person.as_ref().map(called),
        answer: RequestState::Waiting,
        expires: now + RequestState::Waiting.lifetime(),
    };
    let id = DocumentId::new(oauth.ledger.new_number().await?);
    writes.push(documents::put(&oauth.ledger, (service, KIND), (id, owner, name), &request)?);
    let actor = Actor::Client(party.client.key);
    writes.push(documents::event(
        &oauth.ledger,
        service,
        &actor,
        format!("uma permission asked for resource {}", resource.id),
    ));
    Ok(Some(writes))
}

/// The requests of an owner, expired ones included.
pub(super) async fn of_owner(oauth: &OAuth, service: ServiceId, owner: &str) -> Result<Vec<Kept>, Refusal> {
    let all = documents::all(&oauth.ledger, service, KIND, Some(owner), 2 * limits::REQUESTS).await?;
    Ok(all.into_iter().filter_map(read).collect())
}

/// Writes an owner's answer.
pub(super) async fn decide(
    oauth: &OAuth,
    service: ServiceId,
    (owner, name): (&str, &str),
    answer: RequestState,
    actor: Actor,
) -> Result<(), Refusal> {
    let found = oauth.ledger.store().document(service, KIND, owner, name).await?.and_then(read);
    let kept = found.filter(|kept| kept.request.expires > oauth.ledger.now()).ok_or(INTERACTION_INVALID)?;
    let request = Request { answer, expires: oauth.ledger.now() + answer.lifetime(), ..kept.request };
    let what = match answer {
        RequestState::Waiting => "opened again",
        RequestState::Approved => "approved",
        RequestState::Denied => "denied",
    };
    let detail = format!("uma permission for resource {} {what}", request.resource);
    let place = (kept.id, owner.to_owned(), kept.name);
    let document = documents::put(&oauth.ledger, (service, KIND), place, &request)?;
    let event = documents::event(&oauth.ledger, service, &actor, detail);
    oauth.ledger.applied(vec![document, event]).await.map(drop)
}

fn read(document: Document) -> Option<Kept> {
    let request = serde_json::from_value(document.body).ok()?;
    Some(Kept { id: document.id, name: document.name, request })
}

/// The display name of a person.
fn called(person: &super::party::Person) -> String {
    let claim = |name: &str| person.claims.get(name).and_then(serde_json::Value::as_str);
    let name = claim("preferred_username").or_else(|| claim("email")).unwrap_or(&person.sub);
    name.chars().take(200).collect()
}

/// The name of a request: the same for the same resource, scopes, client and person.
fn name_of(resource: DocumentId, scopes: &[String], party: &Party<'_>) -> String {
    let mut scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    scopes.sort_unstable();
    let person = party.person.as_ref().map(super::party::Person::name);
    let question = serde_json::json!([resource, scopes, party.client.key, person]).to_string();
    jeton_jose::base64url::encode(digest::sha256(question.as_bytes()))
}
