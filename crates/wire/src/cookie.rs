//! Cookies of a request, and the two that more than one face reads: a person's session, and the mark of a browser in which
//! somebody signed in before.

use http::{HeaderMap, header};

/// The value of a cookie.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(';')).find_map(|pair| {
        let (found, value) = pair.split_once('=')?;
        (found.trim() == name).then(|| value.trim())
    })
}

/// The name of the cookie that holds a person's session. Under an https issuer no other host can set it (RFC 6265bis section
/// 4.1.3).
#[must_use]
pub fn session_cookie(issuer: &str) -> &'static str {
    if issuer.starts_with("https://") { "__Host-jeton_session" } else { "jeton_session" }
}

/// The name of the cookie that marks a browser in which somebody signed in before.
#[must_use]
pub fn known_cookie(issuer: &str) -> &'static str {
    if issuer.starts_with("https://") { "__Host-jeton_known" } else { "jeton_known" }
}

/// Whether the headers that the browser sent say or suggest that another site caused this request. `origin`: the issuer's scheme,
/// host and port.
#[must_use]
pub fn is_cross_site(headers: &HeaderMap, origin: &str) -> bool {
    let other = headers.get_all(header::ORIGIN).iter().any(|sent| sent != origin);
    is_from_elsewhere(headers) || other
}

/// Whether the browser says that another site caused this request.
#[must_use]
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, header};

    use super::{cookie, is_cross_site};

    fn of(name: HeaderName, value: &'static str) -> HeaderMap {
        std::iter::once((name, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = of(header::COOKIE, "xa=1; a=2;b = 3");
        assert_eq!((cookie(&headers, "a"), cookie(&headers, "b"), cookie(&headers, "x")), (Some("2"), Some("3"), None));
    }

    #[test]
    fn only_the_own_site_is_no_other_site() {
        let site = HeaderName::from_static("sec-fetch-site");
        let own = "https://id.example";
        for (name, value, cross) in [
            (site.clone(), "same-origin", false),
            (site.clone(), "none", false),
            (site.clone(), "same-site", true),
            (site, "cross-site", true),
            (header::ORIGIN, own, false),
            (header::ORIGIN, "https://id.example.evil", true),
            (header::ORIGIN, "null", true),
        ] {
            assert_eq!(is_cross_site(&of(name, value), own), cross, "{value}");
        }
        assert!(!is_cross_site(&HeaderMap::new(), own));
    }
}
