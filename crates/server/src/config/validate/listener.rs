//! Listeners: TLS in pairs, limits, addresses that do not collide.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::super::{Config, Problem};
use super::bounds::{number, within};

/// Body sizes beyond this are cut off by the extractors anyway.
const LARGEST_BODY: usize = 2_097_152;

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let http = &config.http;
    tls("http", (&http.tls_cert, &http.tls_key, &http.client_ca), problems);
    if http.self_signed_client_certificates && http.tls_cert.is_none() {
        let fix = "set http.tls_cert and http.tls_key, or leave it out";
        problems.push(Problem::new("http.self_signed_client_certificates", "needs TLS", fix));
    }
    if http.listen.is_empty() {
        problems.push(Problem::new("http.listen", "is an empty list", "name an address and a port"));
    }
    internal(config, problems);
    let vector = &config.vector;
    tls("vector", (&vector.tls_cert, &vector.tls_key, &vector.client_ca), problems);
    certificate_header(config, problems);
    collisions(config, problems);
    number("http.max_connections", http.max_connections, (1, 1_000_000), problems);
    number("http.max_connections_per_address", http.max_connections_per_address, (1, 1_000_000), problems);
    number("http.max_body", http.max_body, (1024, LARGEST_BODY), problems);
    if let Some(workers) = http.workers {
        number("http.workers", workers, (1, 1024), problems);
    }
    let timeout = (Duration::from_millis(100), Duration::from_hours(1));
    within("http.request_timeout", http.request_timeout, timeout, problems);
    within("http.answer_timeout", http.answer_timeout, timeout, problems);
    within("http.header_timeout", http.header_timeout, timeout, problems);
    within("http.idle_timeout", http.idle_timeout, timeout, problems);
}

pub(super) fn warn(config: &Config, warnings: &mut Vec<Problem>) {
    if config.http.trusted_proxies.trusts_everyone() {
        let fix = "name the addresses of your proxies: everyone can now forge client addresses and certificates";
        warnings.push(Problem::new("http.trusted_proxies", "trusts every address", fix));
    }
    if config.http.client_certificate_header.is_some() && config.http.trusted_proxies.is_empty() {
        let fix = "name the proxies in http.trusted_proxies, or leave it out";
        warnings.push(Problem::new("http.client_certificate_header", "is set but no proxy is trusted", fix));
    }
    if config.http.proxies_verify_client_certificates && config.http.client_certificate_header.is_none() {
        let fix = "name the header in http.client_certificate_header, or leave it out";
        warnings.push(Problem::new(
            "http.proxies_verify_client_certificates",
            "is set but no header for certificates is named",
            fix,
        ));
    }
}

/// Headers that mean something else, and are never a certificate.
const TAKEN: [&str; 6] = ["authorization", "cookie", "host", "content-type", "forwarded", "x-forwarded-for"];

fn certificate_header(config: &Config, problems: &mut Vec<Problem>) {
    let key = "http.client_certificate_header";
    let Some(name) = &config.http.client_certificate_header else { return };
    match name.parse::<http::HeaderName>() {
        Err(_) => problems.push(Problem::new(key, "is not the name of a header", "write one such as \"Client-Cert\"")),
        Ok(name) if TAKEN.contains(&name.as_str()) => {
            problems.push(Problem::new(key, "is a header with another meaning", "choose one such as \"Client-Cert\""));
        }
        Ok(_) => {}
    }
}

fn internal(config: &Config, problems: &mut Vec<Problem>) {
    let internal = &config.internal;
    tls("internal", (&internal.tls_cert, &internal.tls_key, &None), problems);
    if internal.listen.is_empty() && !internal.only.is_empty() {
        let fix = "set internal.listen, or leave it out: these paths would be served nowhere";
        problems.push(Problem::new("internal.only", "needs an internal address", fix));
    }
    if let Some(text) = &internal.url {
        let fix = "write the URL that internal callers use, such as http://jeton.internal:8081";
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if !url
            .is_some_and(|url| url.has_host() && url.path() == "/" && url.query().is_none() && url.fragment().is_none())
        {
            problems.push(Problem::new("internal.url", "is not an http or https URL without a path", fix));
        }
        if internal.listen.is_empty() {
            problems.push(Problem::new(
                "internal.url",
                "needs an internal address",
                "set internal.listen, or leave it out",
            ));
        }
    }
}

fn tls(section: &str, files: (&Option<PathBuf>, &Option<PathBuf>, &Option<PathBuf>), problems: &mut Vec<Problem>) {
    let (cert, key, client_ca) = files;
    let mut missing = |name: &str, because: &str| {
        let fix = format!("name a PEM file, or leave out {section}.{because}");
        problems.push(Problem::new(format!("{section}.{name}"), "is missing", fix));
    };
    match (cert, key) {
        (Some(_), None) => missing("tls_key", "tls_cert"),
        (None, Some(_)) => missing("tls_cert", "tls_key"),
        (None, None) if client_ca.is_some() => missing("tls_cert", "client_ca"),
        _ => {}
    }
}

fn collisions(config: &Config, problems: &mut Vec<Problem>) {
    let all = |section: &'static str, addresses: &[SocketAddr]| {
        let named =
            move |(position, address): (usize, &SocketAddr)| (format!("{section}.listen[{position}]"), *address);
        addresses.iter().enumerate().map(named).collect::<Vec<_>>()
    };
    let http = match &*config.http.listen {
        [only] => vec![("http.listen".to_owned(), *only)],
        several => all("http", several),
    };
    let rest = [all("internal", &config.internal.listen), all("vector", &config.vector.listen)].concat();
    let metrics = config.metrics.listen.map(|address| ("metrics.listen".to_owned(), address));
    let listeners: Vec<_> = http.into_iter().chain(rest).chain(metrics).collect();
    for (position, (key, address)) in listeners.iter().enumerate() {
        // Port 0 asks the system for a free one, so it never collides.
        let earlier = listeners.iter().take(position).find(|(_, other)| address.port() != 0 && other == address);
        if let Some((other, _)) = earlier {
            problems.push(Problem::new(key, &format!("is the address of `{other}`"), "choose another port"));
        }
    }
}
