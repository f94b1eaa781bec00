//! Redirect URIs: well formed, and registered.

use url::{Host, Url};

use jeton_model::records::{Client, Service};

/// Schemes that execute their content, read it from the machine or the page, wrap another address, or leave the choice to the
/// system. No client legitimately uses one.
pub const NEVER: [&str; 15] = [
    "javascript",
    "vbscript",
    "livescript",
    "mocha",
    "data",
    "file",
    "blob",
    "filesystem",
    "about",
    "view-source",
    "intent",
    "jar",
    "mhtml",
    "mk",
    "res",
];

/// Whether this is an absolute URI without a fragment. Custom schemes are allowed, those of [`NEVER`] are not. A host that two
/// parsers could read differently is refused: it must be in its normal form, without user information before it.
#[must_use]
pub fn is_well_formed(uri: &str) -> bool {
    has_the_characters_of_a_uri(uri)
        && Url::parse(uri).is_ok_and(|url| {
            !NEVER.contains(&url.scheme())
                && (names_one_host(&url) || !matches!(url.scheme(), "http" | "https"))
                && says_its_host(uri, &url)
        })
}

/// Whether the host is an address or a name of letters, digits, `-`, `_` and dots. The URL rules of browsers let a host contain more,
/// such as `*`, `;` and `,`: in the policy of a page, `*` names every host, and the others end an entry.
#[must_use]
pub fn names_one_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    }
}

/// RFC 3986 section 2, without `#`: unreserved and reserved characters, and `%` before two hexadecimal digits. The URL rules of
/// browsers accept more characters, each of which some parsers read differently.
fn has_the_characters_of_a_uri(uri: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&b);
    let encoded = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    uri.bytes().all(known) && uri.split('%').skip(1).all(encoded)
}

/// Whether the text between `//` and the path is the host that the URL rules derive from it, except for letter case and port. By
/// RFC 3986, `0x7f.1`, `%61.example` or `http:a.example` have other hosts, or none.
fn says_its_host(uri: &str, url: &Url) -> bool {
    let after_scheme = uri.get(url.scheme().len() + 1..).unwrap_or_default();
    let Some(rest) = after_scheme.strip_prefix("//") else {
        return !url.has_host() && !after_scheme.contains(['[', ']']);
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    let brackets = |text: &str| text.contains(['[', ']']);
    !brackets(rest.get(authority.len()..).unwrap_or_default())
        && host.eq_ignore_ascii_case(url.host_str().unwrap_or_default())
}

/// Whether the scheme belongs to an application on the person's device, not to a web server.
#[must_use]
pub fn is_private(uri: &str) -> bool {
    !Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Whether a client that registered itself may use this scheme: `http` or `https`, one that begins with a reversed domain name
/// (RFC 8252 section 7.1) and so contains a period, or one that the operator lists. Others belong to the system, such as
/// `ms-settings:` or `shell:`.
#[must_use]
pub fn is_open_scheme(uri: &str, listed: &[String]) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    let scheme = url.scheme();
    matches!(scheme, "http" | "https")
        || !NEVER.contains(&scheme) && (scheme.contains('.') || listed.iter().any(|known| known == scheme))
}

/// Whether a browser may be redirected there: the URI is registered, and if the client registered itself, its scheme is allowed
/// now.
#[must_use]
pub fn may_return(service: &Service, client: &Client, uri: &str) -> bool {
    is_well_formed(uri) && is_registered(client, uri) && has_an_open_scheme(service, client, uri)
}

/// Registered: the exact string; for loopback IP addresses and `localhost` over plain HTTP the port may vary (RFC 8252 sections
/// 7.3 and 8.3: applications that register `localhost` choose their port when they start, as those with an address do).
#[must_use]
pub fn is_registered(client: &Client, uri: &str) -> bool {
    client.redirect_uris.iter().any(|known| known == uri || same_but_port(known, uri))
}

/// Whether a browser may be redirected there after signing out: the exact string is registered, and as in [`may_return`] the
/// scheme is allowed now.
#[must_use]
pub fn may_return_after_logout(service: &Service, client: &Client, uri: &str) -> bool {
    is_well_formed(uri)
        && client.post_logout_redirect_uris.iter().any(|known| known == uri)
        && has_an_open_scheme(service, client, uri)
}

/// Whether the scheme is allowed, if the client registered itself.
fn has_an_open_scheme(service: &Service, client: &Client, uri: &str) -> bool {
    !client.self_registered || is_open_scheme(uri, &service.settings.registration.private_schemes)
}

fn same_but_port(known: &str, uri: &str) -> bool {
    match (without_port(known), without_port(uri)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// A loopback URI cut before and after its port, compared as text, so that the leniency of a parser has no influence.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    ["http://127.0.0.1", "http://[::1]", "http://localhost"].into_iter().find_map(|host| {
        let rest = uri.strip_prefix(host)?;
        let rest = match rest.strip_prefix(':') {
            None => rest,
            Some(port) => {
                let digits = port.bytes().take_while(u8::is_ascii_digit).count();
                if !(1..=5).contains(&digits) {
                    return None;
                }
                port.get(digits..)?
            }
        };
        (rest.is_empty() || rest.starts_with('/') || rest.starts_with('?')).then_some((host, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_uris_without_a_fragment_are_well_formed() {
        for good in ["https://a.example/cb?x=1", "com.example.app:/cb", "http://127.0.0.1:9000/cb", "http://[::1]/cb"] {
            assert!(is_well_formed(good), "{good}");
        }
        for bad in [
            "/cb",
            "https://a.example/cb#f",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "blob:https://a.example/x",
            "vbscript:x",
            "view-source:https://a.example/",
            "filesystem:https://a.example/x",
            "intent://a.example/",
            "about:blank",
            "",
            "https://",
            "http://a b/",
            "https:\\\\a",
            "//a/cb",
        ] {
            assert!(!is_well_formed(bad), "{bad}");
        }
    }

    #[test]
    fn a_scheme_without_a_period_is_open_only_when_listed() {
        let listed = ["cursor".to_owned(), "javascript".to_owned()];
        for open in
            ["https://a.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb", "cursor://a/cb", "CURSOR://a/cb"]
        {
            assert!(is_open_scheme(open, &listed), "{open}");
        }
        for closed in ["ms-settings:x", "shell:startup", "myapp://cb", "vscode://cb", "javascript:x", "mailto:a", "/cb"]
        {
            assert!(!is_open_scheme(closed, &listed), "{closed}");
        }
    }

    #[test]
    fn only_a_loopback_port_may_vary() {
        assert!(same_but_port("http://127.0.0.1:9000/cb", "http://127.0.0.1:1/cb"));
        assert!(same_but_port("http://127.0.0.1/cb", "http://127.0.0.1:65535/cb"));
        assert!(same_but_port("http://localhost/cb", "http://localhost:1/cb"));
        for (known, uri) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:80/cb/"),
            ("http://localhost/cb", "http://localhost:1@evil.example/cb"),
            ("http://localhost/cb", "http://localhost.evil.example/cb"),
            ("http://localhost/cb", "http://127.0.0.1:1/cb"),
            ("https://localhost/cb", "https://localhost:1/cb"),
            ("https://127.0.0.1/cb", "https://127.0.0.1:1/cb"),
        ] {
            assert!(!same_but_port(known, uri), "{uri}");
        }
    }
}
