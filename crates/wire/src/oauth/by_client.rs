//! A form that a client sends with its credentials: read, answered by one function of the core, or refused in the contract's
//! form.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts as _, Request};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use jeton_core::OAuth;
use jeton_core::client_auth::{Presented, Refused};
use jeton_core::grants::Params;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;

use super::credentials::presented;
use super::refuse::{USUAL, Words, refuse_in};
use crate::{Entity, Issuer, Source, addressed, form};

/// The parts of a request.
pub struct ByClient {
    issuer: Issuer,
    source: Source,
    headers: HeaderMap,
    body: Result<Bytes, Refusal>,
    words: Words,
}

/// The same, parsed.
pub struct Asked<'a> {
    /// The product.
    pub oauth: &'a OAuth,
    /// The issuer.
    pub service: &'a Arc<Service>,
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// The form's parameters, each once.
    pub params: &'a Params<'a>,
    /// The client's credentials.
    pub presented: &'a Presented,
}

impl<S: Send + Sync> FromRequest<S> for ByClient
where
    Issuer: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let source = Source::from_request_parts(&mut parts, state).await?;
        let issuer = addressed(&parts.extensions, Issuer::from_ref(state));
        // Reading the body does not need the headers.
        let headers = std::mem::take(&mut parts.headers);
        let Entity(body) = Entity::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { issuer, source, headers, body, words: USUAL })
    }
}

impl ByClient {
    /// Sets another form for refusals.
    #[must_use]
    pub fn in_words(self, words: Words) -> Self {
        Self { words, ..self }
    }

    /// The answer of `work`, or the refusal. `endpoint`: the path, which may be the audience of an assertion.
    pub async fn answer(
        self,
        endpoint: &'static str,
        work: impl AsyncFnOnce(Asked<'_>) -> Result<Response, Refused>,
    ) -> Response {
        let Self { issuer, source, headers, body, words } = self;
        let mut client = None;
        let answered = async {
            let service = issuer.service()?;
            let body = body?;
            let params = form(&headers, &body)?;
            let presented = presented(endpoint, &headers, &params, source);
            let asked = Asked {
                oauth: &issuer.oauth,
                service: &service,
                headers: &headers,
                params: &params,
                presented: &presented,
            };
            let done = work(asked).await;
            done.inspect_err(|_| client = presented.claimed().map(str::to_owned))
        };
        let answered = answered.await;
        answered.unwrap_or_else(|refused| refuse_in(words, &issuer, &headers, &refused, (endpoint, client.as_deref())))
    }
}
