//! `/policies`.

use axum::response::Response;
use http::StatusCode;
use jeton_core::refusals::PARAMETER_MISSING;
use jeton_core::uma::{Search, policies};
use jeton_wire::{Entity, Path, empty, json};
use serde_json::json as object;

use crate::body::{PolicyIn, PolicyOut, ResourcesIn, SearchIn, SearchPage};
use crate::request::{UmaRequest, json as read_json};
use crate::resources::located;

const ENDPOINT: &str = "/policies";

/// Creates a policy.
pub(crate) async fn create(call: UmaRequest, body: Entity) -> Response {
    call.answer(ENDPOINT, async |to| {
        let mut policy: PolicyIn = read_json(&body)?;
        let resources = policy.resources();
        let made = policies::create(to.oauth, to.service.id, to.by, (&resources, policy.rules()?)).await?;
        let id = made.to_string();
        Ok(located(json(StatusCode::CREATED, &object!({ "policy": id })), to.service, ENDPOINT, &id))
    })
    .await
}

/// The ids of all policies.
pub(crate) async fn list(call: UmaRequest) -> Response {
    call.answer(ENDPOINT, async |to| {
        let found = policies::search(to.oauth, to.service.id, to.by, &Search::default()).await?;
        let ids: Vec<String> = found.content.iter().map(|policy| policy.id.to_string()).collect();
        Ok(json(StatusCode::OK, &ids))
    })
    .await
}

/// Searches policies.
pub(crate) async fn search(call: UmaRequest, body: Entity) -> Response {
    call.answer(ENDPOINT, async |to| {
        let search = read_json::<SearchIn>(&body)?.read();
        let found = policies::search(to.oauth, to.service.id, to.by, &search).await?;
        Ok(json(StatusCode::OK, &SearchPage::of(&found, PolicyOut::of)))
    })
    .await
}

/// One policy.
pub(crate) async fn read(call: UmaRequest, Path(id): Path<String>) -> Response {
    call.answer(ENDPOINT, async |to| {
        let policy = policies::read(to.oauth, to.service.id, to.by, &id).await?;
        Ok(json(StatusCode::OK, &PolicyOut::of(&policy)))
    })
    .await
}

/// Replaces the rules of the policy in the path.
pub(crate) async fn update(call: UmaRequest, Path(id): Path<String>, body: Entity) -> Response {
    replace(call, Some(id), body).await
}

/// Replaces the rules of the policy that the body names.
pub(crate) async fn put(call: UmaRequest, body: Entity) -> Response {
    replace(call, None, body).await
}

async fn replace(call: UmaRequest, id: Option<String>, body: Entity) -> Response {
    call.answer(ENDPOINT, async |to| {
        let mut policy: PolicyIn = read_json(&body)?;
        let id = id.or(policy.id.take()).ok_or_else(|| PARAMETER_MISSING.with("id"))?;
        policies::update(to.oauth, to.service.id, to.by, &id, policy.rules()?).await?;
        Ok(empty(StatusCode::NO_CONTENT))
    })
    .await
}

/// Deletes a policy.
pub(crate) async fn delete(call: UmaRequest, Path(id): Path<String>) -> Response {
    call.answer(ENDPOINT, async |to| {
        policies::delete(to.oauth, to.service.id, to.by, &id).await?;
        Ok(empty(StatusCode::NO_CONTENT))
    })
    .await
}

/// Adds resources to a policy.
pub(crate) async fn add(call: UmaRequest, Path(id): Path<String>, body: Entity) -> Response {
    call.answer(ENDPOINT, async |to| {
        let resources = read_json::<ResourcesIn>(&body)?.resources.unwrap_or_default();
        policies::add(to.oauth, to.service.id, to.by, &id, &resources).await?;
        Ok(empty(StatusCode::NO_CONTENT))
    })
    .await
}

/// Removes a resource from a policy.
pub(crate) async fn remove(call: UmaRequest, Path((id, resource)): Path<(String, String)>) -> Response {
    call.answer(ENDPOINT, async |to| {
        policies::remove(to.oauth, to.service.id, to.by, &id, &resource).await?;
        Ok(empty(StatusCode::NO_CONTENT))
    })
    .await
}
