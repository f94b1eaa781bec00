//! To which service a request is addressed: one layer below all faces resolves host and path to a service and its base.
//!
//! The base is the path of the service's issuer (`/auth/v1` of `https://id.example/auth/v1`, empty for most). It is taken off the
//! request's path here, so that faces know no bases; they get the service from [`Addressed`](crate::Addressed), and every place
//! that writes an own address reads the issuer.
//!
//! The table is made at the start and replaced when the configuration changes. While there is only a default service without a
//! base, nothing is looked up at all.

mod host;
mod sent_path;
mod served;
mod service_ref;

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Uri};
use jeton_core::ids::ServiceId;

use crate::base_of;
use host::{Named, Port};
use sent_path::SentPath;
pub use sent_path::sent_path;
pub use served::{Addressed, OfService, addressed};
pub use service_ref::ServiceRef;

/// The number of no service: requests to an address that several services share and that names none of them.
const NOBODY: ServiceId = ServiceId::new(u64::MAX);

/// Where OAuth's metadata is: RFC 8414 section 3.1 puts the base behind the name of the document.
const WELL_KNOWN: &str = "/.well-known/";

/// An issuer to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Its service; none: the default one.
    pub service: Option<ServiceId>,
    /// Its issuer's URL.
    pub issuer: String,
}

/// The addresses of all issuers, shared with the code that may change them while requests are served.
#[derive(Clone, Debug, Default)]
pub struct Addresses(Arc<ArcSwap<Table>>);

impl Addresses {
    /// Replaces the addresses, for later requests. Returns the services that were served before and are not any more.
    pub fn set(&self, all: &[Served]) -> Vec<ServiceId> {
        let before = self.0.swap(Arc::new(Table::of(all)));
        let mut gone: Vec<_> = before.hosts.values().flatten().filter_map(|place| place.service).collect();
        gone.retain(|service| all.iter().all(|one| one.service != Some(*service)));
        gone.sort_unstable();
        gone
    }

    /// Notes in a request to which service it is addressed, and takes the base off its path. `reported`: from the headers, the host
    /// that the client named to a trusted proxy, and the path that such a proxy took off.
    pub fn resolve(&self, head: &mut Parts, reported: impl Fn(&HeaderMap) -> (Option<&str>, Option<&str>)) {
        let table = self.0.load();
        if table.is_plain {
            return;
        }
        let (host, base) = reported(&head.headers);
        let found = table.find(host.or_else(|| host::of(head)), head.uri.path(), base);
        if let Some(path) = found.path {
            take_off(head, &path);
        }
        if let Some(service) = found.service {
            head.extensions.insert(ServiceRef(service));
        }
    }

    /// The same at the local socket: whatever host a request names there, it is for the default service. Its owner is the
    /// administrator of all services, and names another one in the request.
    pub fn resolve_local(&self, head: &mut Parts) {
        let table = self.0.load();
        let own = table.default.as_ref().and_then(|place| place.own(head.uri.path())).flatten();
        if let Some(path) = own {
            take_off(head, &path);
        }
    }
}

/// Whether two issuers have the same address, so that one of them would not be served: host, port and base are the same. A request
/// behind a proxy names no scheme, so `http` and `https` with their usual ports are one.
#[must_use]
pub fn is_same_address(one: &str, other: &str) -> bool {
    let (Some((one, base)), Some((other, other_base))) = (host::of_issuer(one), host::of_issuer(other)) else {
        return false;
    };
    one.host == other.host && one.port.is_same(other.port) && base == other_base
}

/// Replaces the path of a request by the part below a base, and keeps the one that was sent.
fn take_off(head: &mut Parts, path: &str) {
    head.extensions.insert(SentPath(head.uri.path().into()));
    replace_path(&mut head.uri, path);
}

/// One issuer's address.
#[derive(Clone, Debug)]
struct Place {
    service: Option<ServiceId>,
    port: Port,
    /// Without a slash at its end; empty at the root.
    base: String,
}

/// All addresses.
#[derive(Debug, Default)]
struct Table {
    /// Whether every request is for the default service, at the root.
    is_plain: bool,
    /// By host, in lower case; those with the longest base first.
    hosts: HashMap<Box<str>, Vec<Place>>,
    /// The default service's host: that of requests which name a host that no issuer has.
    home: Box<str>,
    /// The default service's address.
    default: Option<Place>,
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    /// None: the default service.
    service: Option<ServiceId>,
    /// The path without the base; none: as it is.
    path: Option<String>,
}

impl Table {
    fn of(all: &[Served]) -> Self {
        let mut table = Self::default();
        for Served { service, issuer } in all {
            let Some((named, base)) = host::of_issuer(issuer) else { continue };
            let place = Place { service: *service, port: named.port, base: base.to_owned() };
            if service.is_none() {
                table.home.clone_from(&named.host);
                table.default = Some(place.clone());
            }
            table.hosts.entry(named.host).or_default().push(place);
        }
        for places in table.hosts.values_mut() {
            places.sort_by_key(|place| std::cmp::Reverse(place.base.len()));
        }
        table.is_plain = all.iter().all(|one| one.service.is_none() && base_of(&one.issuer).is_empty());
        table
    }

    fn find(&self, host: Option<&str>, path: &str, taken_off: Option<&str>) -> Found {
        let named = host.and_then(Named::parse);
        let places = named.as_ref().and_then(|named| self.hosts.get(named.host()));
        let Some(places) = places.or_else(|| self.hosts.get(&self.home)) else {
            return Found { service: None, path: None };
        };
        // A port that no issuer of the host has is one that a proxy or a container maps.
        let port = named.and_then(|named| named.port());
        let is_known = places.iter().any(|place| place.port.is(port));
        let places = || places.iter().filter(|place| !is_known || place.port.is(port));
        if let Some(base) = taken_off.map(|base| base.trim_end_matches('/')).filter(|base| !base.is_empty())
            && let Some((place, own)) = places().find_map(|place| Some((place, place.own_behind(base, path)?)))
        {
            return Found { service: place.service, path: own };
        }
        let below = places().find_map(|place| Some((place, place.own(path)?)));
        if let Some((place, own)) = below {
            return Found { service: place.service, path: own };
        }
        // The base is missing: a proxy has taken it off.
        let mut all = places();
        let service = match (all.next(), all.next()) {
            (Some(only), None) => only.service,
            _ if places().any(|place| place.service.is_none()) => None,
            _ => Some(NOBODY),
        };
        Found { service, path: None }
    }
}

impl Place {
    /// The path below this place's base, if it is; some of none: all of it is.
    #[expect(clippy::option_option, reason = "whether it is below, and whether that changes it")]
    fn own(&self, path: &str) -> Option<Option<String>> {
        if self.base.is_empty() {
            return Some(None);
        }
        if let Some(own) = below(&self.base, path) {
            return Some(Some(own));
        }
        let (document, behind) = path.strip_prefix(WELL_KNOWN)?.split_once('/')?;
        let is_own = self.base.strip_prefix('/') == Some(behind.trim_end_matches('/'));
        is_own.then(|| Some(format!("{WELL_KNOWN}{document}")))
    }

    /// The same behind a proxy that took this beginning off the path: what is left of the base is still there.
    #[expect(clippy::option_option, reason = "whether it is below, and whether that changes it")]
    fn own_behind(&self, taken_off: &str, path: &str) -> Option<Option<String>> {
        match self.base.strip_prefix(taken_off)? {
            "" => Some(None),
            left if left.starts_with('/') => below(left, path).map(Some),
            _ => None,
        }
    }
}

/// The part of a path below a base.
fn below(base: &str, path: &str) -> Option<String> {
    let rest = path.strip_prefix(base)?;
    match rest.as_bytes().first() {
        None => Some("/".to_owned()),
        Some(b'/') => Some(rest.to_owned()),
        Some(_) => None,
    }
}

/// Replaces the path of a target, and keeps its host and query.
pub fn replace_path(uri: &mut Uri, path: &str) {
    let mut parts = std::mem::take(uri).into_parts();
    let query = parts.path_and_query.as_ref().and_then(PathAndQuery::query);
    let whole = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    // A part of a path that was read before is one itself.
    if let Ok(whole) = PathAndQuery::try_from(whole) {
        parts.path_and_query = Some(whole);
    }
    *uri = Uri::from_parts(parts).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::{Addresses, NOBODY, Served, ServiceId, ServiceRef};

    fn served(all: &[(u64, &str)]) -> Addresses {
        let addresses = Addresses::default();
        let all = all.iter().map(|(id, issuer)| Served {
            service: (*id != 1).then(|| ServiceId::new(*id)),
            issuer: (*issuer).to_owned(),
        });
        addresses.set(&all.collect::<Vec<_>>());
        addresses
    }

    /// The service's number and the path that its faces see.
    fn ask(addresses: &Addresses, host: &str, target: &str, base: Option<&str>) -> (u64, String) {
        let mut request = Request::builder().uri(target).header("host", host);
        if let Some(base) = base {
            request = request.header("x-base", base);
        }
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        addresses.resolve(&mut head, |headers| (None, headers.get("x-base").and_then(|base| base.to_str().ok())));
        let service = head.extensions.get::<ServiceRef>().map_or(1, |found| found.0.get());
        (service, head.uri.to_string())
    }

    #[test]
    fn an_issuer_with_a_path_is_found_below_it_and_where_a_proxy_took_it_off() {
        let addresses = served(&[(1, "https://h.example/auth/v1/")]);
        for (target, own) in [
            ("/auth/v1/token", "/token"),
            ("/auth/v1/authorization?a=b%20c", "/authorization?a=b%20c"),
            ("/auth/v1/.well-known/openid-configuration", "/.well-known/openid-configuration"),
            ("/.well-known/oauth-authorization-server/auth/v1", "/.well-known/oauth-authorization-server"),
            ("/.well-known/openid-configuration/auth/v1/?x", "/.well-known/openid-configuration?x"),
            ("/auth/v1", "/"),
            ("/auth/v1/", "/"),
            ("/token", "/token"),
            ("/auth/v12/token", "/auth/v12/token"),
            ("/.well-known/oauth-authorization-server/other", "/.well-known/oauth-authorization-server/other"),
        ] {
            for host in ["h.example", "H.EXAMPLE:443", "127.0.0.1:8080", "other.example"] {
                assert_eq!(ask(&addresses, host, target, None), (1, own.to_owned()), "{host} {target}");
            }
        }
    }

    #[test]
    fn services_are_told_apart_by_host_port_and_base() {
        let addresses = served(&[
            (1, "https://id.example"),
            (2, "https://shop.example"),
            (3, "https://id.example/shop"),
            (4, "https://id.example/shop/two"),
            (5, "https://id.example:8443"),
            (6, "http://[::1]:8080/six"),
        ]);
        for (host, target, service, own) in [
            ("id.example", "/token", 1, "/token"),
            ("elsewhere.example", "/token", 1, "/token"),
            ("elsewhere.example", "/shop/token", 3, "/token"),
            ("shop.example", "/token", 2, "/token"),
            ("Shop.Example:443", "/token", 2, "/token"),
            ("shop.example:31234", "/token", 2, "/token"),
            ("shop.example", "/shop/token", 2, "/shop/token"),
            ("id.example", "/shop/token", 3, "/token"),
            ("id.example", "/shop", 3, "/"),
            ("id.example", "/shopping/token", 1, "/shopping/token"),
            ("id.example", "/shop/two/token", 4, "/token"),
            ("id.example", "/.well-known/openid-configuration/shop/two", 4, "/.well-known/openid-configuration"),
            ("id.example", "/.well-known/openid-configuration/shop", 3, "/.well-known/openid-configuration"),
            ("id.example", "/.well-known/openid-configuration", 1, "/.well-known/openid-configuration"),
            ("id.example:8443", "/token", 5, "/token"),
            ("id.example:8443", "/shop/token", 5, "/shop/token"),
            ("[::1]:8080", "/token", 6, "/token"),
            ("[::1]:8080", "/six/token", 6, "/token"),
        ] {
            assert_eq!(ask(&addresses, host, target, None), (service, own.to_owned()), "{host} {target}");
        }
    }

    #[test]
    fn what_a_proxy_took_off_tells_services_of_one_host_apart() {
        let addresses = served(&[(1, "https://d.example"), (2, "https://id.example/a"), (3, "https://id.example/b")]);
        assert_eq!(ask(&addresses, "id.example", "/token", Some("/a")), (2, "/token".to_owned()));
        assert_eq!(ask(&addresses, "id.example", "/token", Some("/b/")), (3, "/token".to_owned()));
        assert_eq!(ask(&addresses, "id.example", "/token", None).0, NOBODY.get());
        assert_eq!(ask(&addresses, "id.example", "/token", Some("/c")).0, NOBODY.get());
    }

    /// A proxy for `/auth` does not know that an issuer lies deeper: what it leaves of the base still names the service.
    #[test]
    fn what_a_proxy_left_of_a_base_is_taken_off_too() {
        let addresses = served(&[
            (1, "https://id.example"),
            (2, "https://id.example/auth"),
            (3, "https://id.example/auth/v1"),
            (4, "https://id.example/authority"),
        ]);
        for (target, service, own) in [
            ("/token", 2, "/token"),
            ("/v1/token", 3, "/token"),
            ("/v1/token?a=b", 3, "/token?a=b"),
            ("/v1", 3, "/"),
            ("/v1/.well-known/openid-configuration", 3, "/.well-known/openid-configuration"),
            ("/v12/token", 2, "/v12/token"),
            ("/ority/token", 2, "/ority/token"),
        ] {
            assert_eq!(ask(&addresses, "id.example", target, Some("/auth")), (service, own.to_owned()), "{target}");
        }
        assert_eq!(ask(&addresses, "id.example", "/token", Some("/auth/v1")), (3, "/token".to_owned()));
    }

    #[test]
    fn issuers_of_one_address_are_the_same() {
        for (one, other, same) in [
            ("https://a.example/x", "https://a.example/x/", true),
            ("https://a.example", "https://a.example/", true),
            ("https://A.example/x", "https://a.example/x", true),
            ("https://a.example/x", "https://a.example:443/x", true),
            ("https://a.example/x", "http://a.example/x", true),
            ("http://a.example:8443", "https://a.example:8443", true),
            ("https://a.example/x", "https://a.example:8443/x", false),
            ("https://a.example/x", "https://a.example/X", false),
            ("https://a.example/x", "https://a.example/x/y", false),
            ("https://a.example", "https://b.example", false),
        ] {
            assert_eq!(super::is_same_address(one, other), same, "{one} {other}");
        }
    }
}
