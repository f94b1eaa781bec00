//! Who calls: a handler that takes a [`Manager`] is for managers only.

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
use serde_json::{Map, Value};

use crate::machine::refuse;
use crate::state::OauthState;
use crate::wire::{Entity, json_object, sole_bearer};

/// A manager's call.
pub(crate) struct Manager {
    state: OauthState,
    headers: HeaderMap,
    /// The manager.
    pub(super) caller: Caller,
    /// The issuer.
    pub(super) service: Arc<Service>,
}

impl FromRequestParts<OauthState> for Manager {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &OauthState) -> Result<Self, Response> {
        let admitted = async {
            let service = state.service()?;
            let text = sole_bearer(&parts.headers)?.ok_or(Refusal::BearerMissing)?;
            let (ledger, origin) = (&state.oauth.ledger, parts.extensions.get());
            let mut authorization = Authorization::by_token(ledger, Arc::clone(&service), text, origin);
            authorization.role_is_enough = service.settings.role_doors.management;
            let caller = authorization.admit(Requirement::MANAGEMENT).await?;
            Ok((caller, service))
        };
        match admitted.await {
            Ok((caller, service)) => Ok(Self { state: state.clone(), headers: parts.headers.clone(), caller, service }),
            Err(refusal) => Err(said(state, &parts.headers, refusal)),
        }
    }
}

impl Manager {
    /// The product.
    pub(super) fn oauth(&self) -> &Arc<OAuth> {
        &self.state.oauth
    }

    /// The JSON object of a body.
    pub(super) fn document(&self, body: &Entity) -> Result<Map<String, Value>, Refusal> {
        json_object(&self.headers, body.bytes()?)
    }

    /// The answer, or the refusal in its place.
    pub(super) fn say(&self, done: Result<Response, Refusal>) -> Response {
        done.unwrap_or_else(|refusal| said(&self.state, &self.headers, refusal))
    }
}

/// The contract has one status for whoever is not a manager, whatever is wrong with the token. A manager who reaches for more
/// than they hold is told so.
fn said(state: &OauthState, headers: &HeaderMap, refusal: Refusal) -> Response {
    let exceeded = matches!(refusal, Refusal::AuthorityExceeded(_));
    let mut response = refuse(state, headers, &Refused::from(refusal), "/management", None);
    if response.status() == StatusCode::FORBIDDEN && !exceeded {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    response
}
