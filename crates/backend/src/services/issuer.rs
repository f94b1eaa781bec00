//! Issuers of services. They are compared character by character (RFC 8414 section 3.3, RFC 9207 section 2.4), so two that differ only by the
//! case of the host or a slash at the end are two services, which people and proxies would confuse: a second one is refused.

use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::refusals::INVALID;

use crate::Backend;

/// An issuer is an address with https, or with http on this machine, without query and fragment (RFC 8414 section 2).
///
/// # Errors
/// [`INVALID`].
pub(super) fn checked(issuer: &str) -> Result<&str, Refusal> {
    let rest = issuer.strip_prefix("https://").or_else(|| {
        let rest = issuer.strip_prefix("http://")?;
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        ["localhost", "127.0.0.1", "[::1]"].contains(&host).then_some(rest)
    });
    let is_good = rest.is_some_and(|rest| {
        !rest.is_empty() && rest.len() < 500 && rest.bytes().all(|b| b.is_ascii_graphic()) && !rest.contains(['?', '#'])
    });
    if is_good { Ok(issuer) } else { Err(INVALID.with("`issuer` must be an https address without query and fragment")) }
}

impl Backend {
    /// Checks that no other service has an issuer that is almost this one. Exactly the same one is the store's to refuse.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(super) fn is_unlike(&self, id: ServiceId, issuer: &str) -> Result<(), Refusal> {
        let is_alike = |other: &str| other != issuer && parts(other).is_same_as(parts(issuer));
        let all = self.ledger.entities().services();
        match all.iter().any(|service| service.id != id && is_alike(&service.issuer)) {
            false => Ok(()),
            true => Err(INVALID.with(
                "`issuer` differs only by case or a slash from that of another service: choose another address, since \
                 issuers are compared exactly",
            )),
        }
    }
}

/// What tells two issuers apart for people: scheme and host in any case, and the path without slashes at its end.
struct Parts<'a> {
    origin: &'a str,
    path: &'a str,
}

impl Parts<'_> {
    fn is_same_as(&self, other: Parts<'_>) -> bool {
        self.origin.eq_ignore_ascii_case(other.origin) && self.path == other.path
    }
}

fn parts(issuer: &str) -> Parts<'_> {
    let host = issuer.find("://").map_or(0, |at| at + "://".len());
    let end = issuer.get(host..).and_then(|rest| rest.find('/')).map_or(issuer.len(), |at| host + at);
    let (origin, path) = issuer.split_at(end);
    let is_https = origin.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
    let usual_port = if is_https { ":443" } else { ":80" };
    Parts { origin: origin.strip_suffix(usual_port).unwrap_or(origin), path: path.trim_end_matches('/') }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn issuers_that_people_confuse_are_alike() {
        let base = "https://a.example/x";
        for alike in ["https://A.example/x", "HTTPS://a.example/x/", "https://a.example:443/x//"] {
            assert!(parts(base).is_same_as(parts(alike)), "{alike}");
        }
        for other in ["https://a.example/X", "https://a.example", "https://a.example:8443/x", "http://a.example/x"] {
            assert!(!parts(base).is_same_as(parts(other)), "{other}");
        }
        assert!(parts("https://a.example").is_same_as(parts("https://a.example/")));
    }
}
