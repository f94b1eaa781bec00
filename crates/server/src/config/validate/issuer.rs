//! Issuers are URLs that tokens can carry for years.

use url::{Host, Url};

use super::super::{Config, Problem};

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    url("issuer", &config.issuer, config.allow_http_issuer, problems);
    for (position, service) in config.service.iter().enumerate() {
        let key = format!("service[{position}].issuer");
        if service.issuer == config.issuer {
            problems.push(Problem::new(&key, "is the issuer of the default service", "give each service its own"));
        }
        url(&key, &service.issuer, config.allow_http_issuer, problems);
    }
}

fn url(key: &str, text: &str, allow_http: bool, problems: &mut Vec<Problem>) {
    let mut complain = |complaint, fix: &str| problems.push(Problem::new(key, complaint, fix));
    let Ok(url) = Url::parse(text) else {
        return complain("is not a URL", "write the URL that clients use, such as https://id.example");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return complain("is not an http or https URL", "write the URL that clients use, such as https://id.example");
    }
    if url.query().is_some() || url.fragment().is_some() {
        complain("has a query or a fragment", "end the URL before `?` and `#`");
    }
    let is_plain =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    let path = text.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let path = path.trim_end_matches('/');
    if url.query().is_none() && url.fragment().is_none() && !path.is_empty() && !path.split('/').all(is_plain)
        || path.split('/').any(|part| part == "." || part == "..")
    {
        complain(
            "has a path that proxies and cookies may change",
            "use letters, digits, `-`, `_` and `~` between single slashes",
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        complain("holds a user name or a password", "write the host only");
    }
    if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
        complain(
            "uses plain HTTP on a host that is not loopback",
            "use https, or set allow_http_issuer = true for a test",
        );
    }
}

/// Whether the URL stays on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
