//! Authenticates the caller: the holder of a person's bearer token, or a signed-in browser.
//!
//! A browser sends its session cookie with requests of any site. So a session counts only if the browser says that a page of the
//! issuer made the request (`Sec-Fetch-Site`, or `Origin` in older browsers), and the body of a change must
//! be `application/json`, which no form of another site can send.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use jeton_core::administration::{Authorization, Caller, Requirement};
use jeton_core::model::Service;
use jeton_core::people::find_session;
use jeton_core::refusals::{BEARER_INVALID, BEARER_MISSING, FOREIGN_SITE, NOT_FOUND};
use jeton_core::{Administration, Refusal};
use jeton_wire::{Bearer, addressed, bearer, cookie, media_type};

use crate::AdminState;
use crate::console::cookies;
use crate::wire::{AdminRequest, Failure};

/// A person's request about their own tokens.
pub(crate) struct AccountRequest(pub(super) AdminRequest);

impl FromRequestParts<AdminState> for AccountRequest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AdminState) -> Result<Self, Failure> {
        let state = &addressed(&parts.extensions, state.clone());
        let administration = Arc::clone(&state.administration);
        let service =
            administration.ledger.entities().service(state.service).ok_or_else(|| NOT_FOUND.with("service"))?;
        let caller = match bearer(&parts.headers) {
            Bearer::Token(text) => {
                let (ledger, origin) = (&administration.ledger, parts.extensions.get());
                let authorization = Authorization::by_token(ledger, Arc::clone(&service), text, origin);
                authorization.admit(Requirement::OWN_API_TOKENS).await?
            }
            Bearer::Other => return Err(BEARER_INVALID.into()),
            Bearer::Absent => signed_in(parts, &administration, &service).await?,
        };
        Ok(Self(AdminRequest { caller, service, administration, rules_all: false }))
    }
}

async fn signed_in(parts: &Parts, administration: &Administration, service: &Service) -> Result<Caller, Refusal> {
    let mut found = None;
    for name in cookies::session_names(&service.issuer) {
        if let (None, Some(text)) = (&found, cookie(&parts.headers, name)) {
            found = find_session(&administration.ledger, service, text).await?;
        }
    }
    let session = found.ok_or(BEARER_MISSING)?;
    if is_own(&parts.method, &parts.headers, &service.issuer) {
        Ok(Caller::signed_in(session.user))
    } else {
        Err(FOREIGN_SITE)
    }
}

/// Whether a page of the issuer made the browser send this.
fn is_own(method: &Method, headers: &HeaderMap, issuer: &str) -> bool {
    let site = headers.get("sec-fetch-site").map(|site| site == "same-origin");
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().is_ok_and(|o| is_origin_of(o, issuer)));
    if site == Some(false) || origin == Some(false) {
        return false;
    }
    if method.is_safe() {
        return true;
    }
    let json = media_type(headers).eq_ignore_ascii_case("application/json");
    json && (site.is_some() || origin.is_some())
}

/// Whether an issuer's URL has this origin.
fn is_origin_of(origin: &str, issuer: &str) -> bool {
    issuer.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example/base";

    fn own(method: Method, pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        is_own(&method, &headers, ISSUER)
    }

    #[test]
    fn only_a_page_of_the_issuer_changes_anything() {
        let json = ("content-type", "application/json; charset=utf-8");
        assert!(own(Method::POST, &[json, ("sec-fetch-site", "same-origin")]));
        assert!(own(Method::POST, &[json, ("origin", "https://id.example")]));
        assert!(own(Method::GET, &[]));
        assert!(!own(Method::POST, &[json]), "a browser says where it comes from");
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!own(Method::POST, &[json, ("sec-fetch-site", site)]), "{site}");
            assert!(!own(Method::GET, &[("sec-fetch-site", site)]) || site == "none", "{site}");
        }
        for origin in
            ["https://id.example.evil", "http://id.example", "null", "https://evil.example", "https://id.exampl"]
        {
            assert!(!own(Method::POST, &[json, ("origin", origin)]), "{origin}");
            assert!(!own(Method::POST, &[json, ("sec-fetch-site", "same-origin"), ("origin", origin)]), "{origin}");
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"] {
            assert!(!own(Method::POST, &[("content-type", kind), ("sec-fetch-site", "same-origin")]), "{kind}");
        }
    }
}
