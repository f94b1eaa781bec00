//! A call of the protection API: who calls, and what becomes of it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use jeton_core::OAuth;
use jeton_core::administration::Caller;
use jeton_core::client_auth::Refused;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BEARER_MISSING, BEARER_SCOPE, BODY_MISSING, PARAMETER_INVALID};
use jeton_core::uma;
use jeton_wire::oauth::refuse;
use jeton_wire::{Entity, Issuer, Source, sole_bearer};

use crate::state::UmaState;

/// What a call comes with.
pub(crate) struct UmaRequest {
    issuer: Issuer,
    source: Source,
    headers: HeaderMap,
}

impl FromRequestParts<UmaState> for UmaRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &UmaState) -> Result<Self, Infallible> {
        let source = Source::from_request_parts(parts, state).await?;
        Ok(Self { issuer: state.issuer.clone(), source, headers: parts.headers.clone() })
    }
}

/// A call whose caller was let in.
pub(crate) struct Admitted<'a> {
    pub(crate) oauth: &'a OAuth,
    pub(crate) service: &'a Arc<Service>,
    pub(crate) by: &'a Caller,
}

impl UmaRequest {
    /// Lets the caller in, and answers; a refusal is told in the words of their client's profile.
    /// `endpoint`: the path, for the record.
    pub(crate) async fn answer(
        self,
        endpoint: &'static str,
        work: impl AsyncFnOnce(Admitted<'_>) -> Result<Response, Refusal>,
    ) -> Response {
        match self.run(work).await {
            Ok(response) => response,
            Err(refused) => {
                let mut response = refuse(&self.issuer, &self.headers, &refused, endpoint, None);
                // A token without the scope is no PAT: `docs/contracts/oauth-token-endpoint.md` section 12.3 answers
                // 401 to all that are none.
                if refused.refusal.is(&BEARER_SCOPE) {
                    *response.status_mut() = StatusCode::UNAUTHORIZED;
                }
                response
            }
        }
    }

    async fn run(
        &self,
        work: impl AsyncFnOnce(Admitted<'_>) -> Result<Response, Refusal>,
    ) -> Result<Response, Refused> {
        let service = self.issuer.service()?;
        let text = sole_bearer(&self.headers)?.ok_or(BEARER_MISSING)?;
        let by = uma::admit(&self.issuer.oauth, service.id, text, &self.source.0).await?;
        let admitted = Admitted { oauth: &self.issuer.oauth, service: &service, by: &by };
        let profile = by.client().map_or_else(Default::default, |client| client.profile);
        work(admitted).await.map_err(|refusal| Refused { refusal, profile })
    }
}

/// A JSON body of this form. An empty one, or one that is no JSON, is `body_missing`.
pub(crate) fn json<T: serde::de::DeserializeOwned>(body: &Entity) -> Result<T, Refusal> {
    let bytes = body.bytes()?;
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() && !bytes.is_empty() { PARAMETER_INVALID.with("body") } else { BODY_MISSING }
    })
}
