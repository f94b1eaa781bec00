//! Which host a request names: once, as a host is written, and the same everywhere (RFC 9112 3.2, RFC 9113 8.3.1).

use std::net::Ipv6Addr;

use http::{Request, Version, header};

/// What is wrong with the host that a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum WrongHost {
    #[error("The request names no host.")]
    Missing,
    #[error("The request names its host more than once.")]
    Twice,
    #[error("The host that the request names is none.")]
    Malformed,
    #[error("The request names two hosts.")]
    Different,
}

/// Checks the host of a request. Jeton does not use it; but a proxy or a cache in front may interpret it differently.
pub(super) fn check<B>(request: &Request<B>) -> Result<(), WrongHost> {
    let mut values = request.headers().get_all(header::HOST).iter();
    let host = values.next();
    if values.next().is_some() {
        return Err(WrongHost::Twice);
    }
    let host = host.map(|value| value.to_str().map_err(|_| WrongHost::Malformed)).transpose()?;
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    for named in [host, authority].into_iter().flatten() {
        if !is_host(named) {
            return Err(WrongHost::Malformed);
        }
    }
    match (request.version(), authority, host) {
        (Version::HTTP_2, Some(authority), Some(host)) => {
            let https = request.uri().scheme_str() == Some("https");
            let same = bare(authority, https).eq_ignore_ascii_case(bare(host, https));
            if same { Ok(()) } else { Err(WrongHost::Different) }
        }
        (Version::HTTP_2, Some(_), None) => Ok(()),
        // Before HTTP/1.1 the host was optional (RFC 9112 3.2). Since then it is required, also with a host in the
        // target.
        (Version::HTTP_09 | Version::HTTP_10, _, None) => Ok(()),
        (_, _, None) => Err(WrongHost::Missing),
        // A host in the target wins over the header (RFC 9112 3.2.2): they may differ. Nothing here reads either of them.
        (_, _, Some(_)) => Ok(()),
    }
}

/// Without the port that the scheme implies.
fn bare(host: &str, https: bool) -> &str {
    let port = if https { ":443" } else { ":80" };
    host.strip_suffix(port).or_else(|| host.strip_suffix(':')).unwrap_or(host)
}

/// `uri-host [ ":" port ]` of RFC 3986, and not empty: what is served here is never without a host (RFC 9110 4.2.1).
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) if address.parse::<Ipv6Addr>().is_ok() => return is_port(port),
            _ => return false,
        },
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    !host.is_empty() && is_reg_name(host.as_bytes()) && is_port(port)
}

/// A colon and a port, a colon alone, or nothing.
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        None => text.is_empty(),
        Some("") => true,
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
    }
}

fn is_reg_name(mut text: &[u8]) -> bool {
    while let Some((first, rest)) = text.split_first() {
        text = match (first, rest) {
            (b'%', [high, low, rest @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
            (
                b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=',
                _,
            ) => rest,
            (byte, _) if byte.is_ascii_alphanumeric() => rest,
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request, Version};

    use super::{WrongHost, check, is_host};

    fn request(version: Version, uri: &str, hosts: &[&'static str]) -> Request<()> {
        let mut request = Request::builder().version(version).uri(uri).body(()).unwrap();
        for host in hosts {
            request.headers_mut().append("host", HeaderValue::from_static(host));
        }
        request
    }

    #[test]
    fn what_a_host_is() {
        for host in [
            "a.example",
            "a.example:8080",
            "127.0.0.1:1",
            "[::1]",
            "[2001:db8::1]:443",
            "a_b",
            "h%41",
            "a:",
            "localhost",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "", ":80", "a b", "a/b", "u@a", "a:b", "a:70000", "a:1:2", "[::1", "[a]", "::1", "a%4", "a,b c", "é",
            "[::1]x", "a\\b",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn one_host_and_the_same_everywhere() {
        for (version, uri, hosts, outcome) in [
            (Version::HTTP_11, "/", &["a"][..], Ok(())),
            (Version::HTTP_11, "/", &[], Err(WrongHost::Missing)),
            (Version::HTTP_11, "http://a/", &[], Err(WrongHost::Missing)),
            (Version::HTTP_11, "http://a/", &["b"], Ok(())),
            (Version::HTTP_11, "http://u@a/", &["a"], Err(WrongHost::Malformed)),
            (Version::HTTP_11, "/", &["a", "a"], Err(WrongHost::Twice)),
            (Version::HTTP_11, "/", &["a, b"], Err(WrongHost::Malformed)),
            (Version::HTTP_11, "/", &[""], Err(WrongHost::Malformed)),
            (Version::HTTP_10, "/", &[], Ok(())),
            (Version::HTTP_10, "/", &["a", "b"], Err(WrongHost::Twice)),
            (Version::HTTP_2, "https://a/", &[], Ok(())),
            (Version::HTTP_2, "https://a/", &["A:443"], Ok(())),
            (Version::HTTP_2, "http://a:80/", &["a"], Ok(())),
            (Version::HTTP_2, "https://a/", &["a:80"], Err(WrongHost::Different)),
            (Version::HTTP_2, "https://a/", &["b"], Err(WrongHost::Different)),
            (Version::HTTP_2, "https://a/", &["a", "a"], Err(WrongHost::Twice)),
            (Version::HTTP_2, "/", &[], Err(WrongHost::Missing)),
            (Version::HTTP_2, "/", &["a"], Ok(())),
            (Version::HTTP_2, "https://u@a/", &[], Err(WrongHost::Malformed)),
        ] {
            assert_eq!(check(&request(version, uri, hosts)), outcome, "{version:?} {uri} {hosts:?}");
        }
    }
}
