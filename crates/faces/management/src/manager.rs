//! Authenticates the caller: a handler that takes a [`Manager`] is for managers only.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use jeton_core::OAuth;
use jeton_core::administration::{Authorization, Caller, Requirement};
use jeton_core::client_auth::Refused;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{AUTHORITY_EXCEEDED, BEARER_MISSING};
use jeton_wire::oauth::refuse;
use jeton_wire::{Entity, Issuer, addressed, json_object, sole_bearer};
use serde_json::{Map, Value};

/// A manager's request.
pub(crate) struct Manager {
    issuer: Issuer,
    headers: HeaderMap,
    /// The manager.
    pub(crate) caller: Caller,
    /// The issuer.
    pub(crate) service: Arc<Service>,
}

impl FromRequestParts<Issuer> for Manager {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, issuer: &Issuer) -> Result<Self, Response> {
        let issuer = &addressed(&parts.extensions, issuer.clone());
        let admitted = async {
            let service = issuer.service()?;
            let text = sole_bearer(&parts.headers)?.ok_or(BEARER_MISSING)?;
            let (ledger, origin) = (&issuer.oauth.ledger, parts.extensions.get());
            let mut authorization = Authorization::by_token(ledger, Arc::clone(&service), text, origin);
            authorization.role_is_enough = service.settings.role_doors.management;
            let caller = authorization.admit(Requirement::MANAGEMENT).await?;
            Ok((caller, service))
        };
        match admitted.await {
            Ok((caller, service)) => {
                Ok(Self { issuer: issuer.clone(), headers: parts.headers.clone(), caller, service })
            }
            Err(refusal) => Err(said(issuer, &parts.headers, refusal)),
        }
    }
}

impl Manager {
    /// The product.
    pub(crate) fn oauth(&self) -> &Arc<OAuth> {
        &self.issuer.oauth
    }

    /// The JSON object of a body.
    pub(crate) fn document(&self, body: &Entity) -> Result<Map<String, Value>, Refusal> {
        json_object(&self.headers, body.bytes()?)
    }

    /// The answer, or the refusal in its place.
    pub(crate) fn say(&self, done: Result<Response, Refusal>) -> Response {
        done.unwrap_or_else(|refusal| said(&self.issuer, &self.headers, refusal))
    }
}

/// The contract has one status for callers who are not managers, whatever is wrong with the token. A manager who exceeds
/// their own rights gets a specific refusal.
fn said(issuer: &Issuer, headers: &HeaderMap, refusal: Refusal) -> Response {
    let exceeded = refusal.is(&AUTHORITY_EXCEEDED);
    let mut response = refuse(issuer, headers, &Refused::from(refusal), "/management", None);
    if response.status() == StatusCode::FORBIDDEN && !exceeded {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    response
}
