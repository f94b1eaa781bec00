//! Who calls.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jeton_core::administration::{AdminCaller, Credential, IamDoor, TokenOwner, TokenReader};
use jeton_core::model::Service;
use jeton_core::{OAuth, Origin, Refusal, Secret};
use jeton_wire::{Bearer, bearer, cookie, is_cross_site, session_cookie};

use super::Failure;
use crate::{IamRules, IamState};

/// A request, before anybody asked who sent it.
pub(crate) struct Call {
    /// The product.
    pub(crate) oauth: Arc<OAuth>,
    /// The issuer.
    pub(crate) service: Arc<Service>,
    /// What the operator chose.
    pub(crate) rules: IamRules,
    shown: Shown,
    origin: Origin,
    role_suffices: bool,
    is_bare: bool,
}

enum Shown {
    Nothing,
    Bearer(Secret),
    Session(Secret),
}

impl FromRequestParts<IamState> for Call {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &IamState) -> Result<Self, Failure> {
        let rules = state.rules.now();
        let service = state.oauth.ledger.directory().service(state.service).ok_or(Refusal::NotFound("service"))?;
        Ok(Self {
            shown: shown(parts, &service.issuer),
            origin: parts.extensions.get::<Origin>().cloned().unwrap_or_default(),
            role_suffices: rules.accept_admin_role,
            is_bare: false,
            oauth: Arc::clone(&state.oauth),
            rules,
            service,
        })
    }
}

impl Call {
    /// The same at one of the seed's paths.
    pub(crate) fn at_bare_path(self) -> Self {
        Self { is_bare: true, ..self }
    }

    /// Someone who may read tokens and clients.
    pub(crate) async fn reader(&self) -> Result<TokenReader, Failure> {
        Ok(self.door().reader().await?)
    }

    /// Someone who may read about people.
    pub(crate) async fn people_reader(&self) -> Result<TokenReader, Failure> {
        Ok(self.door().people_reader().await?)
    }

    /// Someone who may change tokens and clients.
    pub(crate) async fn writer(&self) -> Result<AdminCaller, Failure> {
        Ok(self.door().writer().await?)
    }

    /// A person, about their own tokens and consents.
    pub(crate) async fn person(&self) -> Result<TokenOwner, Failure> {
        Ok(self.door().person().await?)
    }

    /// A person, about who they are.
    pub(crate) async fn identity(&self) -> Result<TokenOwner, Failure> {
        Ok(self.door().identity().await?)
    }

    /// The issuer without a slash at its end: what paths are put behind.
    pub(crate) fn base(&self) -> &str {
        self.service.issuer.trim_end_matches('/')
    }

    fn door(&self) -> IamDoor<'_> {
        IamDoor {
            ledger: &self.oauth.ledger,
            service: &self.service,
            credential: match &self.shown {
                Shown::Nothing => Credential::Nothing,
                Shown::Bearer(text) => Credential::Bearer(text.expose()),
                Shown::Session(text) => Credential::Session(text.expose()),
            },
            origin: &self.origin,
            role_suffices: self.role_suffices,
            is_bare: self.is_bare,
        }
    }
}

/// A cookie counts only beside no `Authorization` header, and only when no other site made the browser send it.
fn shown(parts: &Parts, issuer: &str) -> Shown {
    match bearer(&parts.headers) {
        Bearer::Token(text) => Shown::Bearer(Secret::new(text)),
        Bearer::Other => Shown::Nothing,
        Bearer::Absent if is_cross_site(&parts.headers, origin_of(issuer)) => Shown::Nothing,
        Bearer::Absent => match cookie(&parts.headers, session_cookie(issuer)) {
            Some(text) => Shown::Session(Secret::new(text)),
            None => Shown::Nothing,
        },
    }
}

/// Scheme, host and port of a URL.
fn origin_of(issuer: &str) -> &str {
    let Some((scheme, rest)) = issuer.split_once("://") else { return issuer };
    let host = rest.find('/').unwrap_or(rest.len());
    issuer.get(..scheme.len() + 3 + host).unwrap_or(issuer)
}
