//! A request about accounts: read whole, and answered in one form.

use std::convert::Infallible;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::HeaderMap;
use jeton_core::RequestSource;
use jeton_core::grants::Params;
use jeton_core::refusal::Refusal;
use jeton_core::robots::{Presented, Robots};
use jeton_wire::{Entity, form};
use serde_json::{Map, Value};

use super::answer::{ok, refused};
use crate::call::Call;
use crate::state::VectorState;

/// A request: what the caller shows, and its body.
pub(super) struct Asked {
    state: VectorState,
    call: Call,
    headers: HeaderMap,
    body: Entity,
}

impl FromRequest<VectorState> for Asked {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &VectorState) -> Result<Self, Infallible> {
        let (headers, extensions) = (request.headers().clone(), request.extensions());
        let source = extensions.get::<RequestSource>().cloned().unwrap_or_default();
        let Ok(body) = Entity::from_request(request, state).await;
        Ok(Self { state: state.clone(), call: Call::new(headers.clone(), source), headers, body })
    }
}

impl Asked {
    /// Does what was asked for, and answers with a document or with the refusal.
    pub(super) async fn answer(
        &self,
        place: &'static str,
        work: impl AsyncFnOnce(&Robots, Presented<'_>) -> Result<Map<String, Value>, Refusal>,
    ) -> Response {
        let robots = &*self.state.robots;
        match work(robots, self.call.presented()).await {
            Ok(document) => ok(&document.into()),
            Err(refusal) => refused(robots, &refusal, place),
        }
    }

    /// The form in the body.
    pub(super) fn form(&self) -> Result<Params<'_>, Refusal> {
        form(&self.headers, self.body.bytes()?)
    }

    /// The object in the body.
    pub(super) fn json(&self) -> Result<Map<String, Value>, Refusal> {
        jeton_wire::json_object(&self.headers, self.body.bytes()?)
    }
}

/// The document of a request that returns nothing else.
pub(super) fn done() -> Map<String, Value> {
    [("status".to_owned(), Value::from("ok"))].into_iter().collect()
}
