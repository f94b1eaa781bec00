//! The caller and the service of a request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jeton_core::administration::{Authorization, Caller, Requirement};
use jeton_core::ids::ServiceId;
use jeton_core::model::Service;
use jeton_core::refusals::{BEARER_INVALID, BEARER_MISSING, NOT_FOUND, PARAMETER_INVALID, PARAMETER_REPEATED};
use jeton_core::{Administration, Refusal};

use jeton_wire::{Bearer, addressed, bearer};

use super::Failure;
use crate::{AdminState, LocalOwner};

/// An administrator's request. A handler that takes one is for administrators only.
pub(crate) struct AdminRequest {
    /// The administrator.
    pub(crate) caller: Caller,
    /// The service: the one that `?service=` names, else the default one.
    pub(crate) service: Arc<Service>,
    /// The product.
    pub(crate) administration: Arc<Administration>,
    /// Whether the administrator rules all services and what belongs to none; else only [`service`](Self::service).
    pub(crate) rules_all: bool,
}

impl AdminRequest {
    /// That the administrator rules all services.
    ///
    /// # Errors
    /// [`NOT_FOUND`]: what concerns other services is not there for administrators of one.
    pub(crate) fn for_all_services(&self, what: &'static str) -> Result<(), Refusal> {
        if self.rules_all { Ok(()) } else { Err(NOT_FOUND.with(what)) }
    }
}

impl FromRequestParts<AdminState> for AdminRequest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AdminState) -> Result<Self, Failure> {
        let state = &addressed(&parts.extensions, state.clone());
        let caller = caller(parts, state).await?;
        let id = named_service(parts)?.unwrap_or(state.service);
        if !state.is_default && id != state.service {
            return Err(NOT_FOUND.with("service").into());
        }
        let service = state.administration.ledger.entities().service(id).ok_or_else(|| NOT_FOUND.with("service"))?;
        let rules_all = state.is_default;
        Ok(Self { caller, service, administration: Arc::clone(&state.administration), rules_all })
    }
}

async fn caller(parts: &Parts, state: &AdminState) -> Result<Caller, Refusal> {
    if parts.extensions.get::<LocalOwner>().is_some() {
        return Ok(Caller::local());
    }
    let Bearer::Token(text) = bearer(&parts.headers) else { return Err(BEARER_MISSING) };
    let ledger = &state.administration.ledger;
    let service = ledger.entities().service(state.service).ok_or(BEARER_INVALID)?;
    let authorization = Authorization::by_token(ledger, service, text, parts.extensions.get());
    authorization.admit(Requirement::ADMINISTRATION).await
}

fn named_service(parts: &Parts) -> Result<Option<ServiceId>, Refusal> {
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let mut named = form_urlencoded::parse(query).filter(|(name, _)| name == "service").map(|(_, value)| value);
    match (named.next(), named.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err(PARAMETER_REPEATED.with("service")),
        (Some(number), None) => {
            let number = number.parse().map_err(|_| PARAMETER_INVALID.with("service"))?;
            Ok(Some(ServiceId::new(number)))
        }
    }
}
