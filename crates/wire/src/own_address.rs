//! Addresses of an issuer's own: every place that writes one goes through here. An issuer may have a path (`https://host/auth`),
//! which clients and browsers see whether or not a proxy takes it off.

/// The path of an issuer's URL, without a slash at its end: what stands before the paths of its endpoints. Empty for most.
#[must_use]
pub fn base_of(issuer: &str) -> &str {
    let rest = issuer.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default().trim_end_matches('/')
}

/// The path of a page or form of an issuer, for browsers.
#[must_use]
pub fn own_path(issuer: &str, path: &str) -> String {
    format!("{}{path}", base_of(issuer))
}

/// The URL of an endpoint of an issuer, for others.
#[must_use]
pub fn own_url(issuer: &str, path: &str) -> String {
    format!("{}{path}", issuer.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::{base_of, own_path, own_url};

    #[test]
    fn the_base_is_the_path_of_the_issuer() {
        for (issuer, base) in [
            ("https://h.example", ""),
            ("https://h.example/", ""),
            ("https://h.example:8443/auth", "/auth"),
            ("http://[::1]:8080/auth/v1/", "/auth/v1"),
        ] {
            assert_eq!(base_of(issuer), base, "{issuer}");
        }
        assert_eq!(own_path("https://h.example/a/", "/console"), "/a/console");
        assert_eq!(own_url("https://h.example/a/", "/token"), "https://h.example/a/token");
    }
}
