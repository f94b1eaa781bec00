//! `/rs/resource_set`.

use axum::extract::RawQuery;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::model::Service;
use jeton_core::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};
use jeton_core::uma::{Search, resources};
use jeton_wire::{Entity, Path, empty, json, own_url, query};
use serde_json::json as object;

use crate::body::{ResourceIn, ResourceOut, SearchIn, SearchPage, policy_page};
use crate::request::{UmaRequest, json as read_json};

const ENDPOINT: &str = "/rs/resource_set";

/// Registers a resource.
pub(crate) async fn create(call: UmaRequest, body: Entity) -> Response {
    call.answer(ENDPOINT, async |to| {
        let (_, description) = read_json::<ResourceIn>(&body)?.read();
        let id = resources::create(to.oauth, to.service.id, to.by, description).await?.to_string();
        let answer = object!({ "_id": id, "user_access_policy_uri": policy_page(to.service) });
        Ok(located(json(StatusCode::CREATED, &answer), to.service, ENDPOINT, &id))
    })
    .await
}

/// The ids of all resources; a query may filter them (`name`, `type`, `uri`, `scope`, `first`, `max`).
pub(crate) async fn list(call: UmaRequest, RawQuery(text): RawQuery) -> Response {
    call.answer(ENDPOINT, async |to| {
        let text = text.unwrap_or_default();
        let params = query(&text)?;
        let one = |name: &str| params.get(name).map(str::to_owned).into_iter().collect();
        let number = |name: &'static str| {
            params.get(name).map(|text| text.parse::<usize>().map_err(|_| PARAMETER_INVALID.with(name))).transpose()
        };
        let search = Search {
            names: one("name"),
            types: one("type"),
            uris: one("uri"),
            scopes: one("scope"),
            start_index: number("first")?.unwrap_or_default(),
            count: number("max")?,
            ..Search::default()
        };
        let found = resources::search(to.oauth, to.service.id, to.by, &search).await?;
        let ids: Vec<String> = found.content.iter().map(|resource| resource.id.to_string()).collect();
        Ok(json(StatusCode::OK, &ids))
    })
    .await
}

/// Searches resources.
pub(crate) async fn search(call: UmaRequest, body: Entity) -> Response {
    call.answer(ENDPOINT, async |to| {
        let search = read_json::<SearchIn>(&body)?.read();
        let found = resources::search(to.oauth, to.service.id, to.by, &search).await?;
        Ok(json(StatusCode::OK, &SearchPage::of(&found, |resource| ResourceOut::of(to.service, resource))))
    })
    .await
}

/// One resource.
pub(crate) async fn read(call: UmaRequest, Path(id): Path<String>) -> Response {
    call.answer(ENDPOINT, async |to| {
        let resource = resources::read(to.oauth, to.service.id, to.by, &id).await?;
        Ok(json(StatusCode::OK, &ResourceOut::of(to.service, &resource)))
    })
    .await
}

/// Replaces the resource in the path.
pub(crate) async fn update(call: UmaRequest, Path(id): Path<String>, body: Entity) -> Response {
    replace(call, Some(id), body).await
}

/// Replaces the resource that the body names (SimpleIdServer's form).
pub(crate) async fn put(call: UmaRequest, body: Entity) -> Response {
    replace(call, None, body).await
}

async fn replace(call: UmaRequest, id: Option<String>, body: Entity) -> Response {
    call.answer(ENDPOINT, async |to| {
        let (named, description) = read_json::<ResourceIn>(&body)?.read();
        let id = id.or(named).ok_or_else(|| PARAMETER_MISSING.with("_id"))?;
        resources::update(to.oauth, to.service.id, to.by, &id, description).await?;
        Ok(json(StatusCode::OK, &object!({ "_id": id })))
    })
    .await
}

/// Deletes a resource.
pub(crate) async fn delete(call: UmaRequest, Path(id): Path<String>) -> Response {
    call.answer(ENDPOINT, async |to| {
        resources::delete(to.oauth, to.service.id, to.by, &id).await?;
        Ok(empty(StatusCode::NO_CONTENT))
    })
    .await
}

/// Sets `Location` to the new resource.
pub(crate) fn located(mut response: Response, service: &Service, endpoint: &str, id: &str) -> Response {
    let place = own_url(&service.issuer, &format!("{endpoint}/{id}"));
    if let Ok(value) = HeaderValue::try_from(place) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}
