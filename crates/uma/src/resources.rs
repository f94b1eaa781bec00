//! The resources of a resource server and an owner (UMA Federated Authorization section 3).

use super::protector::{looks_through, place, sees};
use super::search::is_wanted;
use super::{Found, Resource, ResourceDescription, Search, limits};
use jeton_administration::Caller;
use jeton_ledger::ledger::Attempts;
use jeton_ledger::ledger::documents;
use jeton_model::Refusal;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{Document, DocumentKind};
use jeton_model::refusals::{NOT_FOUND, TOO_MANY};
use jeton_model::store::Write;
use jeton_oauth::OAuth;

const KIND: DocumentKind = DocumentKind::Resource;

/// Registers a resource; returns its number.
///
/// # Errors
/// `PARAMETER_MISSING`, `PARAMETER_INVALID`, [`TOO_MANY`].
pub async fn create(
    oauth: &OAuth,
    service: ServiceId,
    by: &Caller,
    description: ResourceDescription,
) -> Result<DocumentId, Refusal> {
    let description = description.checked()?;
    let (server, owner) = place(by)?;
    if documents::count(&oauth.ledger, service, KIND, &owner.key()).await? >= limits::RESOURCES {
        return Err(TOO_MANY.with("resources"));
    }
    let id = DocumentId::new(oauth.ledger.new_number().await?);
    let resource = Resource { id, server, owner, description };
    write(oauth, service, by, None, &resource).await?;
    Ok(id)
}

/// A resource that the caller may see, by its id on the wire.
///
/// # Errors
/// [`NOT_FOUND`].
pub async fn read(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str) -> Result<Resource, Refusal> {
    let number = documents::number(id).ok_or_else(|| NOT_FOUND.with("resource"))?;
    let found = by_number(oauth, service, number).await?;
    found.filter(|r| sees(by, r.server, r.owner)).ok_or_else(|| NOT_FOUND.with("resource"))
}

/// Replaces the description of a resource.
///
/// # Errors
/// [`NOT_FOUND`], `PARAMETER_MISSING`, `PARAMETER_INVALID`.
pub async fn update(
    oauth: &OAuth,
    service: ServiceId,
    by: &Caller,
    id: &str,
    description: ResourceDescription,
) -> Result<(), Refusal> {
    let description = description.checked()?;
    let mut attempts = Attempts::default();
    loop {
        let before = read(oauth, service, by, id).await?;
        let after = Resource { description: description.clone(), ..before.clone() };
        if let Some(done) = attempts.unless_changed(write(oauth, service, by, Some(&before), &after).await) {
            return done;
        }
    }
}

/// Removes a resource. Introspection no longer reports what live RPTs permit on it.
///
/// # Errors
/// [`NOT_FOUND`].
pub async fn delete(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str) -> Result<(), Refusal> {
    let resource = read(oauth, service, by, id).await?;
    let event = documents::event(&oauth.ledger, service, &by.changes()?, format!("uma resource {id} removed"));
    let removed = oauth.ledger.applied(vec![Write::DeleteDocument(resource.id), event]).await?;
    if removed > 0 { Ok(()) } else { Err(NOT_FOUND.with("resource")) }
}

/// The resources that the caller may see and that match.
///
/// # Errors
/// When the store fails.
pub async fn search(
    oauth: &OAuth,
    service: ServiceId,
    by: &Caller,
    search: &Search,
) -> Result<Found<Resource>, Refusal> {
    let owner = looks_through(by)?;
    let all = documents::all(&oauth.ledger, service, KIND, owner.as_deref(), limits::RESOURCES).await?;
    let seen = all.into_iter().filter_map(Resource::of).filter(|r| sees(by, r.server, r.owner));
    Ok(search.page(seen.filter(|resource| fits(search, resource))))
}

fn fits(search: &Search, resource: &Resource) -> bool {
    let description = &resource.description;
    is_wanted(&search.ids, Some(&resource.id.to_string()))
        && is_wanted(&search.names, Some(&description.name))
        && is_wanted(&search.types, description.kind.as_deref())
        && is_wanted(&search.uris, description.uri.as_deref())
        && (search.scopes.is_empty() || description.scopes.iter().any(|scope| search.scopes.contains(scope)))
}

/// A resource by its number, without a check of who may see it.
pub(crate) async fn by_number(
    oauth: &OAuth,
    service: ServiceId,
    number: DocumentId,
) -> Result<Option<Resource>, Refusal> {
    Ok(documents::by_number(&oauth.ledger, service, KIND, number).await?.and_then(Resource::of))
}

/// Writes a resource that is new, or replaces the one that was read.
async fn write(
    oauth: &OAuth,
    service: ServiceId,
    by: &Caller,
    before: Option<&Resource>,
    resource: &Resource,
) -> Result<(), Refusal> {
    let place = (resource.id, resource.owner.key(), resource.id.to_string());
    let document = documents::put(&oauth.ledger, (service, KIND), place, &resource.body())?;
    let what = if before.is_some() { "changed" } else { "registered" };
    let event =
        documents::event(&oauth.ledger, service, &by.changes()?, format!("uma resource {} {what}", resource.id));
    let writes = vec![document, event];
    match before {
        None => oauth.ledger.applied(writes).await.map(drop),
        Some(before) => {
            let is_as_read = |found: &Document| Resource::of(found.clone()).as_ref() == Some(before);
            documents::put_over(&oauth.ledger, (service, KIND), resource.id, is_as_read, writes).await
        }
    }
}
