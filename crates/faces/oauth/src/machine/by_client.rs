//! A form from a client that says who it is: read, answered by one function of the core, or refused in its own words.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::response::Response;
use http::HeaderMap;
use jeton_core::Ledger;
use jeton_core::client_auth::{Presented, Refused};
use jeton_core::grants::Params;
use jeton_core::model::Service;

use super::refuse::refuse;
use crate::state::OauthState;
use crate::wire::{Entity, Source, form, presented};

/// What a request comes with.
pub(crate) struct ByClient {
    state: OauthState,
    source: Source,
    headers: HeaderMap,
    body: Entity,
}

/// The same, read.
pub(super) struct Asked<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) service: &'a Arc<Service>,
    pub(super) headers: &'a HeaderMap,
    pub(super) params: &'a Params<'a>,
    pub(super) presented: &'a Presented,
}

impl FromRequest<OauthState> for ByClient {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, state: &OauthState) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let source = Source::from_request_parts(&mut parts, state).await?;
        // The body is read without them.
        let headers = std::mem::take(&mut parts.headers);
        let body = Entity::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { state: state.clone(), source, headers, body })
    }
}

impl ByClient {
    /// The answer of `work`, or the refusal in its place. `endpoint`: the path, which an assertion may be addressed to.
    pub(super) async fn answer(
        self,
        endpoint: &'static str,
        work: impl AsyncFnOnce(Asked<'_>) -> Result<Response, Refused>,
    ) -> Response {
        let Self { state, source, headers, body } = self;
        let mut client = None;
        let answered = async {
            let service = state.service()?;
            let params = form(&headers, body.bytes()?)?;
            let presented = presented(endpoint, &headers, &params, source);
            let asked = Asked {
                ledger: &state.ledger,
                service: &service,
                headers: &headers,
                params: &params,
                presented: &presented,
            };
            let done = work(asked).await;
            done.inspect_err(|_| client = presented.claimed().map(str::to_owned))
        };
        let answered = answered.await;
        answered.unwrap_or_else(|refused| refuse(&state, &headers, &refused, endpoint, client.as_deref()))
    }
}
