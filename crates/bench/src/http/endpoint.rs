//! Where requests go.

use std::net::{SocketAddr, ToSocketAddrs as _};

use http::Uri;

use crate::misuse::Misuse;

/// A resource on this machine, reached over plain HTTP. One that is elsewhere cannot be made.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// Loopback addresses, tried in turn. Resolved once, so a name cannot lead elsewhere later.
    pub(crate) addresses: Vec<SocketAddr>,
    /// The `Host` header's value.
    pub(crate) host: String,
    /// Path and query.
    pub(crate) path: String,
}

impl Endpoint {
    /// From `http://host[:port][/path]`.
    pub(crate) fn parse(url: &str) -> Result<Self, Misuse> {
        let not_http = || Misuse::NotHttp(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| not_http())?;
        let authority = uri.authority().filter(|a| !a.as_str().contains('@')).ok_or_else(not_http)?;
        if uri.scheme_str() != Some("http") {
            return Err(not_http());
        }
        let name = authority.host().trim_start_matches('[').trim_end_matches(']');
        Ok(Self {
            addresses: loopback_only(name, authority.port_u16().unwrap_or(80))?,
            host: authority.as_str().to_owned(),
            path: uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        })
    }

    /// Another path of the same server.
    pub(crate) fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// The server's own part of the address, for people.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.host)
    }
}

/// All addresses of a name; every one of them must be loopback.
pub(crate) fn loopback_only(name: &str, port: u16) -> Result<Vec<SocketAddr>, Misuse> {
    let refused = || Misuse::NotLoopback(name.to_owned());
    let addresses: Vec<SocketAddr> = (name, port).to_socket_addrs().map_err(|_| refused())?.collect();
    if addresses.is_empty() || !addresses.iter().all(|a| a.ip().is_loopback()) {
        return Err(refused());
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_on_this_machine_is_taken_apart() {
        let place = Endpoint::parse("http://127.0.0.1:8080/token?x=1").unwrap();
        assert_eq!(place.addresses, ["127.0.0.1:8080".parse().unwrap()]);
        assert_eq!((place.host.as_str(), place.path.as_str()), ("127.0.0.1:8080", "/token?x=1"));
        assert_eq!(place.at("/a").path, "/a");
        assert_eq!(Endpoint::parse("http://[::1]:81").unwrap().addresses, ["[::1]:81".parse().unwrap()]);
        assert_eq!(Endpoint::parse("http://127.0.0.9").unwrap().addresses, ["127.0.0.9:80".parse().unwrap()]);
    }

    #[test]
    fn other_machines_are_refused() {
        for url in ["http://192.0.2.1/", "http://0.0.0.0:80/", "http://[2001:db8::1]/", "http://10.0.0.1:8080/token"] {
            assert!(matches!(Endpoint::parse(url), Err(Misuse::NotLoopback(_))), "{url}");
        }
    }

    #[test]
    fn anything_but_plain_http_is_refused() {
        for url in ["https://127.0.0.1/", "127.0.0.1:8080", "/token", "http://a@127.0.0.1/", "", "ftp://127.0.0.1/"] {
            assert!(matches!(Endpoint::parse(url), Err(Misuse::NotHttp(_))), "{url}");
        }
    }
}
