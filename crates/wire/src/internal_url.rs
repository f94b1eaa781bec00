//! The URL of the addresses for internal callers.

use std::sync::Arc;

use http::request::Parts;

use crate::{base_of, own_url};

/// The URL under which internal callers reach the server, without a slash at its end; noted in requests that came there.
#[derive(Clone, Debug)]
pub struct InternalUrl(pub Arc<str>);

impl InternalUrl {
    /// Whether a request names this URL's host. Others, which name the host of a service, are for that service's own URLs.
    #[must_use]
    pub fn is_of(&self, head: &Parts) -> bool {
        let named = head.uri.authority().map(http::uri::Authority::as_str);
        let named = named.or_else(|| head.headers.get(http::header::HOST)?.to_str().ok());
        let own = self.0.split_once("://").map_or("", |(_, host)| host);
        named.is_some_and(|named| named.eq_ignore_ascii_case(own))
    }
}

/// The URL of an endpoint for programs, for those who ask at an internal address: below its URL; for others below the issuer.
#[must_use]
pub fn reachable_url(internal: Option<&InternalUrl>, issuer: &str, path: &str) -> String {
    match internal {
        Some(InternalUrl(url)) => format!("{url}{}{path}", base_of(issuer)),
        None => own_url(issuer, path),
    }
}
