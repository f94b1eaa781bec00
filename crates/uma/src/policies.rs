//! Policies through the protection API (`docs/contracts/oauth-token-endpoint.md` section 12.3).

use super::protector::{looks_through, sees};
use super::search::is_wanted;
use super::{Found, Owner, Policy, Resource, Rule, Search, limits, policy, resources};
use crate::refusals::RESOURCE_UNKNOWN;
use jeton_administration::Caller;
use jeton_ledger::ledger::Attempts;
use jeton_ledger::ledger::documents;
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{Document, DocumentKind};
use jeton_model::refusals::{NOT_FOUND, PARAMETER_MISSING, TOO_MANY};
use jeton_model::store::Write;
use jeton_oauth::OAuth;

const KIND: DocumentKind = DocumentKind::ResourcePolicy;

/// Creates a policy; returns its number. Its resources must have the same owner, and all the scopes that its rules name.
///
/// # Errors
/// [`PARAMETER_MISSING`], `PARAMETER_INVALID`, [`RESOURCE_UNKNOWN`], [`SCOPE_NOT_ALLOWED`],
/// [`TOO_MANY`].
pub async fn create(
    oauth: &OAuth,
    service: ServiceId,
    by: &Caller,
    (ids, rules): (&[String], Vec<Rule>),
) -> Result<DocumentId, Refusal> {
    if ids.is_empty() {
        return Err(PARAMETER_MISSING.with("resource_set_ids"));
    }
    let rules = policy::checked(rules)?;
    let resources = known(oauth, service, by, ids).await?;
    let first = resources.first().ok_or(RESOURCE_UNKNOWN)?;
    let (server, owner) = (first.server, first.owner);
    fit(&resources, (server, owner), &rules)?;
    if documents::count(&oauth.ledger, service, KIND, &owner.key()).await? >= limits::POLICIES {
        return Err(TOO_MANY.with("policies"));
    }
    let id = DocumentId::new(oauth.ledger.new_number().await?);
    let resources = resources.iter().map(|r| r.id).collect();
    write(oauth, service, by, None, &Policy { id, server, owner, resources, rules }).await?;
    Ok(id)
}

/// A policy that the caller may see, by its id on the wire.
///
/// # Errors
/// [`NOT_FOUND`].
pub async fn read(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str) -> Result<Policy, Refusal> {
    let number = documents::number(id).ok_or_else(|| NOT_FOUND.with("policy"))?;
    let found = documents::by_number(&oauth.ledger, service, KIND, number).await?.and_then(Policy::of);
    found.filter(|p| sees(by, p.server, p.owner)).ok_or_else(|| NOT_FOUND.with("policy"))
}

/// Replaces a policy's rules.
///
/// # Errors
/// [`NOT_FOUND`], `PARAMETER_INVALID`, [`SCOPE_NOT_ALLOWED`].
pub async fn update(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str, rules: Vec<Rule>) -> Result<(), Refusal> {
    let mut attempts = Attempts::default();
    loop {
        if let Some(done) = attempts.unless_changed(replace(oauth, service, by, id, rules.clone()).await) {
            return done;
        }
    }
}

async fn replace(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str, rules: Vec<Rule>) -> Result<(), Refusal> {
    let before = read(oauth, service, by, id).await?;
    let rules = policy::checked(rules)?;
    let mut still = Vec::with_capacity(before.resources.len());
    for number in &before.resources {
        still.extend(resources::by_number(oauth, service, *number).await?);
    }
    fit(&still, (before.server, before.owner), &rules)?;
    write(oauth, service, by, Some(&before), &Policy { rules, ..before.clone() }).await
}

/// Removes a policy. RPTs that were issued because of it remain valid until they expire.
///
/// # Errors
/// [`NOT_FOUND`].
pub async fn delete(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str) -> Result<(), Refusal> {
    let found = read(oauth, service, by, id).await?;
    let event = documents::event(&oauth.ledger, service, &by.changes()?, format!("uma policy {id} removed"));
    let removed = oauth.ledger.applied(vec![Write::DeleteDocument(found.id), event]).await?;
    if removed > 0 { Ok(()) } else { Err(NOT_FOUND.with("policy")) }
}

/// Adds resources to a policy.
///
/// # Errors
/// [`NOT_FOUND`], [`PARAMETER_MISSING`], [`RESOURCE_UNKNOWN`], [`SCOPE_NOT_ALLOWED`].
pub async fn add(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str, ids: &[String]) -> Result<(), Refusal> {
    let mut attempts = Attempts::default();
    loop {
        if let Some(done) = attempts.unless_changed(add_once(oauth, service, by, id, ids).await) {
            return done;
        }
    }
}

async fn add_once(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str, ids: &[String]) -> Result<(), Refusal> {
    let before = read(oauth, service, by, id).await?;
    let mut found = before.clone();
    if ids.is_empty() {
        return Err(PARAMETER_MISSING.with("resources"));
    }
    let more = known(oauth, service, by, ids).await?;
    fit(&more, (found.server, found.owner), &found.rules)?;
    for resource in more {
        if !found.resources.contains(&resource.id) {
            found.resources.push(resource.id);
        }
    }
    limits::list("resources", &found.resources, limits::LINES)?;
    write(oauth, service, by, Some(&before), &found).await
}

/// Removes a resource from a policy.
///
/// # Errors
/// [`NOT_FOUND`] when there is no such policy or the resource is not in it, [`RESOURCE_UNKNOWN`].
pub async fn remove(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str, resource: &str) -> Result<(), Refusal> {
    let mut attempts = Attempts::default();
    loop {
        if let Some(done) = attempts.unless_changed(remove_once(oauth, service, by, id, resource).await) {
            return done;
        }
    }
}

async fn remove_once(oauth: &OAuth, service: ServiceId, by: &Caller, id: &str, resource: &str) -> Result<(), Refusal> {
    let before = read(oauth, service, by, id).await?;
    let mut found = before.clone();
    let number = documents::number(resource).ok_or(RESOURCE_UNKNOWN)?;
    if !found.resources.contains(&number) {
        resources::read(oauth, service, by, resource).await.map_err(unknown)?;
        return Err(NOT_FOUND.with("resource in the policy"));
    }
    found.resources.retain(|one| *one != number);
    write(oauth, service, by, Some(&before), &found).await
}

/// The policies that the caller may see and that match.
///
/// # Errors
/// When the store fails.
pub async fn search(oauth: &OAuth, service: ServiceId, by: &Caller, search: &Search) -> Result<Found<Policy>, Refusal> {
    let owner = looks_through(by)?;
    let all = documents::all(&oauth.ledger, service, KIND, owner.as_deref(), limits::RESOURCES).await?;
    let seen = all.into_iter().filter_map(Policy::of).filter(|p| sees(by, p.server, p.owner));
    let has = |policy: &Policy| {
        let wanted = &search.resources;
        wanted.is_empty() || policy.resources.iter().any(|id| is_wanted(wanted, Some(&id.to_string())))
    };
    Ok(search.page(seen.filter(|policy| is_wanted(&search.ids, Some(&policy.id.to_string())) && has(policy))))
}

/// All policies on an owner's resources.
pub(super) async fn of_owner(oauth: &OAuth, service: ServiceId, owner: Owner) -> Result<Vec<Policy>, Refusal> {
    let all = documents::all(&oauth.ledger, service, KIND, Some(&owner.key()), limits::POLICIES).await?;
    Ok(all.into_iter().filter_map(Policy::of).filter(|p| p.owner == owner).collect())
}

/// The resources with these ids, without repetition; the caller must see each one.
async fn known(oauth: &OAuth, service: ServiceId, by: &Caller, ids: &[String]) -> Result<Vec<Resource>, Refusal> {
    limits::list("resource_set_ids", ids, limits::LINES)?;
    let mut all: Vec<Resource> = Vec::with_capacity(ids.len());
    for id in ids {
        let found = resources::read(oauth, service, by, id).await.map_err(unknown)?;
        if all.iter().all(|one| one.id != found.id) {
            all.push(found);
        }
    }
    Ok(all)
}

fn unknown(refusal: Refusal) -> Refusal {
    if refusal.is(&NOT_FOUND) { RESOURCE_UNKNOWN } else { refusal }
}

/// All resources must have this server and owner, and each scope of each rule must be a scope of each resource.
fn fit(resources: &[Resource], place: (jeton_model::ids::ClientKey, Owner), rules: &[Rule]) -> Result<(), Refusal> {
    for resource in resources {
        if (resource.server, resource.owner) != place {
            return Err(RESOURCE_UNKNOWN);
        }
        if let Some(missing) = rules.iter().find_map(|rule| resource.lacks(&rule.scopes)) {
            return Err(SCOPE_NOT_ALLOWED.with(missing));
        }
    }
    Ok(())
}

/// Writes a policy that is new, or replaces the one that was read.
async fn write(
    oauth: &OAuth,
    service: ServiceId,
    by: &Caller,
    before: Option<&Policy>,
    policy: &Policy,
) -> Result<(), Refusal> {
    let place = (policy.id, policy.owner.key(), policy.id.to_string());
    let document = documents::put(&oauth.ledger, (service, KIND), place, &policy.body())?;
    let what = if before.is_some() { "changed" } else { "made" };
    let event = documents::event(&oauth.ledger, service, &by.changes()?, format!("uma policy {} {what}", policy.id));
    let writes = vec![document, event];
    match before {
        None => oauth.ledger.applied(writes).await.map(drop),
        Some(before) => {
            let is_as_read = |found: &Document| Policy::of(found.clone()).as_ref() == Some(before);
            documents::put_over(&oauth.ledger, (service, KIND), policy.id, is_as_read, writes).await
        }
    }
}
