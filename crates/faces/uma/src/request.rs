//! A request to the protection API: authenticates the caller and answers.

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
use jeton_wire::{Entity, Issuer, Source, addressed, sole_bearer};

use crate::state::UmaState;

/// A request to the protection API.
pub(crate) struct UmaRequest {
    issuer: Issuer,
    source: Source,
    headers: HeaderMap,
}

impl FromRequestParts<UmaState> for UmaRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &UmaState) -> Result<Self, Infallible> {
        let source = Source::from_request_parts(parts, state).await?;
        let issuer = addressed(&parts.extensions, state.issuer.clone());
        Ok(Self { issuer, source, headers: parts.headers.clone() })
    }
}

/// A request whose caller was authenticated.
pub(crate) struct Admitted<'a> {
    pub(crate) oauth: &'a OAuth,
    pub(crate) service: &'a Arc<Service>,
    pub(crate) by: &'a Caller,
}

impl UmaRequest {
    /// Authenticates the caller, and answers; a refusal is worded by the client's compatibility mode.
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
                // A token without the scope is not a PAT, and `docs/contracts/oauth-token-endpoint.md` section 12.3 answers
                // 401 to all such tokens.
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
        work(admitted).await.map_err(|refusal| Refused::new(refusal, profile))
    }
}

/// A JSON body of this form. An empty or malformed one is `body_missing`; of one with a value of the wrong type, the refusal names
/// the member.
pub(crate) fn json<T: serde::de::DeserializeOwned>(body: &Entity) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(body.bytes()?);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        let name = if place == "." { "body".to_owned() } else { place };
        if error.inner().is_data() { PARAMETER_INVALID.with(name) } else { BODY_MISSING }
    })?;
    reader.end().map_err(|_| BODY_MISSING)?;
    Ok(read)
}
