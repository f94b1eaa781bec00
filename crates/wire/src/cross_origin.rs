//! Cross-origin requests (Fetch standard, "CORS protocol"): pages of any origin may call the endpoints that take no cookies.
//!
//! [`is_open`] is the one table of these endpoints: the routers answer preflights by it ([`with_preflight`]), and [`mark`] adds to
//! every answer at these paths what lets a page read it.

use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// The endpoints that any origin may call, as they are routed: each is for the holder of the credentials in the request. Pages,
/// `/authorization` and `/account` are none of them.
const OPEN: &[&str] = &[
    "/token",
    "/token/revoke",
    "/revoke",
    "/introspect",
    "/userinfo",
    "/device_authorization",
    "/devicecode",
    "/par",
    "/registration",
    "/register",
    "/jwks",
    "/jwk",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/.well-known/uma2-configuration",
    "/rs/resource_set",
    "/perm",
    "/policies",
];

/// The same for all paths that begin so; those of INDIGO IAM by its contract (`docs/contracts/indigo-iam.md` section 3.8).
const OPEN_BELOW: &[&str] = &[
    "/registration/",
    "/rs/resource_set/",
    "/perm/",
    "/policies/",
    "/iam/",
    "/scim/",
    "/api/tokens/",
    "/api/approved/",
];

/// Request headers that no page may send: proxies write them, and what they say is believed.
const NEVER: [&str; 4] = ["forwarded", "x-forwarded-", "client-cert", "x-arr-"];

/// The request headers that are allowed without being asked for.
const ALWAYS: &str = "Authorization, Content-Type";

/// The methods that are allowed; what a path takes of them, its handler decides.
const METHODS: HeaderValue = HeaderValue::from_static("HEAD, GET, POST, PUT, DELETE, PATCH, OPTIONS");

/// The answer's headers that a page may read beside those that the standard always allows.
const EXPOSED: HeaderValue = HeaderValue::from_static("WWW-Authenticate, Jeton-Refusal, Retry-After, DPoP-Nonce");

/// Seconds for which a browser may remember the answer to a preflight; more is cut off by browsers.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// Whether any origin may call a path, which may have parameters in braces as in a router.
#[must_use]
pub fn is_open(path: &str) -> bool {
    OPEN.contains(&path) || OPEN_BELOW.iter().any(|prefix| path.starts_with(prefix))
}

/// Lets pages of any origin read an answer of an open path, with the headers that say why a request was refused.
pub fn mark(answer: &mut Response) {
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// The handler of an open path answers preflights as well; any other stays as it is.
pub fn with_preflight<S: Clone + Send + Sync + 'static>(path: &str, handler: MethodRouter<S>) -> MethodRouter<S> {
    if is_open(path) { handler.options(preflight) } else { handler }
}

/// Allows the methods and the headers that were asked for to any origin. `*` would not cover `Authorization`, so the names are
/// repeated.
async fn preflight(headers: HeaderMap) -> Response {
    let mut allowed = ALWAYS.to_owned();
    for name in asked(&headers) {
        let known = allowed.split(", ").any(|one| one.eq_ignore_ascii_case(name.as_str()));
        if !known && may_be_sent(&name) {
            allowed.push_str(", ");
            allowed.push_str(name.as_str());
        }
    }
    let mut answer = StatusCode::NO_CONTENT.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    answer
}

/// The names in `Access-Control-Request-Headers`; what is none is left out.
fn asked(headers: &HeaderMap) -> impl Iterator<Item = HeaderName> + '_ {
    let lists = headers.get_all(header::ACCESS_CONTROL_REQUEST_HEADERS).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).filter_map(|name| name.trim().parse().ok())
}

/// Whether a page may send a header of this name.
fn may_be_sent(name: &HeaderName) -> bool {
    !NEVER.iter().any(|prefix| name.as_str().starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::{is_open, may_be_sent};

    #[test]
    fn what_proxies_write_is_never_allowed() {
        for name in [
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-prefix",
            "client-cert",
            "client-cert-chain",
            "x-arr-clientcert",
            "x-arr-ssl",
        ] {
            assert!(!may_be_sent(&name.parse().unwrap()), "{name}");
        }
        for name in ["authorization", "dpop", "x-requested-with", "x-arrow", "traceparent", "content-type"] {
            assert!(may_be_sent(&name.parse().unwrap()), "{name}");
        }
    }

    #[test]
    fn pages_are_closed() {
        for path in
            ["/authorization", "/authorize", "/par/x", "/account/v1/tokens", "/console", "/device", "/sign-in", "/code"]
        {
            assert!(!is_open(path), "{path}");
        }
        for path in ["/token", "/registration/{client_id}", "/registration/app", "/scim/Me", "/par"] {
            assert!(is_open(path), "{path}");
        }
    }
}
