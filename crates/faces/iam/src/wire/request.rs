//! The request and its caller.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jeton_core::administration::{Authorization, Credential};
use jeton_core::model::Service;
use jeton_core::refusals::NOT_FOUND;
use jeton_core::{OAuth, RequestSource, Secret};
use jeton_wire::{Bearer, addressed, bearer, cookie, is_cross_site, session_cookie};

use super::Failure;
use crate::{IamRules, IamState};

/// A request whose caller is not yet authenticated.
pub(crate) struct IamRequest {
    /// The product.
    pub(crate) oauth: Arc<OAuth>,
    /// The issuer.
    pub(crate) service: Arc<Service>,
    /// The operator's settings.
    pub(crate) rules: IamRules,
    /// Authenticates the caller.
    pub(crate) authorization: Authorization,
}

impl FromRequestParts<IamState> for IamRequest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &IamState) -> Result<Self, Failure> {
        let state = addressed(&parts.extensions, state.clone());
        let rules = state.rules.now();
        let service = state.oauth.ledger.entities().service(state.service).ok_or_else(|| NOT_FOUND.with("service"))?;
        let authorization = Authorization {
            ledger: Arc::clone(&state.oauth.ledger),
            credential: shown(parts, &service.issuer),
            origin: parts.extensions.get::<RequestSource>().cloned().unwrap_or_default(),
            role_is_enough: rules.accept_admin_role,
            is_bare: false,
            service: Arc::clone(&service),
        };
        Ok(Self { oauth: Arc::clone(&state.oauth), service, rules, authorization })
    }
}

impl IamRequest {
    /// The issuer without a trailing slash: the prefix of URLs.
    pub(crate) fn base(&self) -> &str {
        self.service.issuer.trim_end_matches('/')
    }
}

/// A cookie counts only without an `Authorization` header, and only if no other site made the browser send it.
fn shown(parts: &Parts, issuer: &str) -> Credential {
    match bearer(&parts.headers) {
        Bearer::Token(text) => Credential::Bearer(Secret::new(text)),
        Bearer::Other => Credential::Nothing,
        Bearer::Absent if is_cross_site(&parts.headers, origin_of(issuer)) => Credential::Nothing,
        Bearer::Absent => match cookie(&parts.headers, session_cookie(issuer)) {
            Some(text) => Credential::Session(Secret::new(text)),
            None => Credential::Nothing,
        },
    }
}

/// Scheme, host and port of a URL.
fn origin_of(issuer: &str) -> &str {
    let Some((scheme, rest)) = issuer.split_once("://") else { return issuer };
    let host = rest.find('/').unwrap_or(rest.len());
    issuer.get(..scheme.len() + 3 + host).unwrap_or(issuer)
}
