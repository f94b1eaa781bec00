//! A form from a client that says who it is: read, answered by one function of the core, or refused in its own words.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use jeton_core::OAuth;
use jeton_core::client_auth::{Presented, Refused};
use jeton_core::grants::Params;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;

use super::refuse::{USUAL, Words, refuse_in};
use crate::state::OauthState;
use crate::wire::{Entity, Source, form, presented};

/// What a request comes with.
pub(crate) struct ByClient {
    state: OauthState,
    source: Source,
    headers: HeaderMap,
    body: Result<Bytes, Refusal>,
    words: Words,
}

/// The same, read.
pub(crate) struct Asked<'a> {
    pub(crate) oauth: &'a OAuth,
    pub(crate) service: &'a Arc<Service>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) params: &'a Params<'a>,
    pub(crate) presented: &'a Presented,
}

impl FromRequest<OauthState> for ByClient {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, state: &OauthState) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let source = Source::from_request_parts(&mut parts, state).await?;
        // The body is read without them.
        let headers = std::mem::take(&mut parts.headers);
        let Entity(body) = Entity::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { state: state.clone(), source, headers, body, words: USUAL })
    }
}

impl ByClient {
    /// The same, refused in other words.
    pub(crate) fn in_words(self, words: Words) -> Self {
        Self { words, ..self }
    }

    /// The answer of `work`, or the refusal in its place. `endpoint`: the path, which an assertion may be addressed to.
    pub(crate) async fn answer(
        self,
        endpoint: &'static str,
        work: impl AsyncFnOnce(Asked<'_>) -> Result<Response, Refused>,
    ) -> Response {
        let Self { state, source, headers, body, words } = self;
        let mut client = None;
        let answered = async {
            let service = state.service()?;
            let body = body?;
            let params = form(&headers, &body)?;
            let presented = presented(endpoint, &headers, &params, source);
            let asked = Asked {
                oauth: &state.oauth,
                service: &service,
                headers: &headers,
                params: &params,
                presented: &presented,
            };
            let done = work(asked).await;
            done.inspect_err(|_| client = presented.claimed().map(str::to_owned))
        };
        let answered = answered.await;
        answered.unwrap_or_else(|refused| refuse_in(words, &state, &headers, &refused, (endpoint, client.as_deref())))
    }
}
