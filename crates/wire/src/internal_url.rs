//! The URL of the addresses for internal callers, and what only these are served.

use std::sync::Arc;

use http::request::Parts;

use serde_json::Value;

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

/// The paths that only internal callers are served, with all below them; noted in requests for discovery that are told the public
/// URLs.
#[derive(Clone, Debug)]
pub struct InternalOnly(pub Arc<[String]>);

impl InternalOnly {
    /// Whether a path is one of them.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        let below = |prefix: &String| {
            path.strip_prefix(&**prefix).is_some_and(|rest| matches!(rest.as_bytes().first(), None | Some(b'/')))
        };
        self.0.iter().any(below)
    }

    /// Leaves out of a discovery document the endpoints of an issuer that are not served publicly.
    pub fn leave_out(&self, issuer: &str, document: &mut Value) {
        let own = issuer.trim_end_matches('/');
        let is_served = |value: &Value| {
            let path = value.as_str().and_then(|url| url.strip_prefix(own)).filter(|path| path.starts_with('/'));
            !path.is_some_and(|path| self.has(path))
        };
        let Value::Object(members) = document else { return };
        members.retain(|_, value| is_served(value));
        members.values_mut().for_each(|value| self.leave_out(issuer, value));
    }
}
