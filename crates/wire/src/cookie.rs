//! Cookies of a request, and the two that more than one face reads: a person's session, and the mark of a browser in which
//! somebody signed in before.

use http::{HeaderMap, header};

use crate::base_of;

/// The value of a cookie.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(';')).find_map(|pair| {
        let (found, value) = pair.split_once('=')?;
        (found.trim() == name).then(|| value.trim())
    })
}

/// The names of a cookie: without a prefix, and with each prefix of RFC 6265bis section 4.1.3.
#[derive(Clone, Copy, Debug)]
pub struct CookieName {
    /// Under an http issuer.
    pub plain: &'static str,
    /// Under an https issuer with a path.
    pub secure: &'static str,
    /// Under an https issuer at the root.
    pub host: &'static str,
}

/// Makes a [`CookieName`] from the name without a prefix.
#[macro_export]
macro_rules! cookie_name {
    ($name:literal) => {
        $crate::CookieName { plain: $name, secure: concat!("__Secure-", $name), host: concat!("__Host-", $name) }
    };
}

impl CookieName {
    /// The name under an issuer. Under https no other host can set the cookie if it is for all paths (`__Host-`); an issuer with a
    /// path shares its host with others, and its cookies are for that path.
    #[must_use]
    pub fn under(self, issuer: &str) -> &'static str {
        match (issuer.starts_with("https://"), base_of(issuer)) {
            (false, _) => self.plain,
            (true, "") => self.host,
            (true, _) => self.secure,
        }
    }
}

/// The `Path` of an issuer's cookies.
#[must_use]
pub fn cookie_path(issuer: &str) -> &str {
    match base_of(issuer) {
        "" => "/",
        base => base,
    }
}

/// The name of the cookie that holds a person's session.
#[must_use]
pub fn session_cookie(issuer: &str) -> &'static str {
    cookie_name!("jeton_session").under(issuer)
}

/// The name of the cookie that marks a browser in which somebody signed in before.
#[must_use]
pub fn known_cookie(issuer: &str) -> &'static str {
    cookie_name!("jeton_known").under(issuer)
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

    use super::{cookie, cookie_path, is_cross_site, session_cookie};

    fn of(name: HeaderName, value: &'static str) -> HeaderMap {
        std::iter::once((name, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = of(header::COOKIE, "xa=1; a=2;b = 3");
        assert_eq!((cookie(&headers, "a"), cookie(&headers, "b"), cookie(&headers, "x")), (Some("2"), Some("3"), None));
    }

    #[test]
    fn cookies_of_an_issuer_with_a_path_are_for_that_path() {
        for (issuer, name, path) in [
            ("https://id.example", "__Host-jeton_session", "/"),
            ("https://id.example/", "__Host-jeton_session", "/"),
            ("https://id.example/auth/v1/", "__Secure-jeton_session", "/auth/v1"),
            ("http://127.0.0.1:8080/auth", "jeton_session", "/auth"),
        ] {
            assert_eq!((session_cookie(issuer), cookie_path(issuer)), (name, path), "{issuer}");
        }
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
