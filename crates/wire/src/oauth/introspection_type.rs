//! Whether a resource server asks for the answer of introspection as a JWT (RFC 9701 section 4).

/// The media type of such an answer.
pub const INTROSPECTION_JWT: &str = "application/token-introspection+jwt";

/// Whether these ranges of `Accept`, with their weights, name the JWT and prefer it to JSON. A wildcard never means the JWT; it
/// stands for JSON where JSON is not named, and counts less than the named JWT of the same weight.
pub fn prefers_jwt<'a>(accepted: impl IntoIterator<Item = (&'a str, u32)>) -> bool {
    let (mut jwt, mut json, mut any_application, mut any) = (0, None, None, None);
    for (name, weight) in accepted {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is(INTROSPECTION_JWT) {
            jwt = jwt.max(weight);
        } else if is("application/json") {
            json = json.max(Some(weight));
        } else if is("application/*") {
            any_application = any_application.max(Some(weight));
        } else if is("*/*") {
            any = any.max(Some(weight));
        }
    }
    // The most specific range counts (RFC 9110 section 12.5.1).
    let other = json.or(any_application).or(any).unwrap_or(0);
    jwt > other || (jwt == other && jwt > 0 && json.is_none())
}

#[cfg(test)]
mod tests {
    use super::prefers_jwt;
    use crate::media_ranges;

    #[test]
    fn only_who_names_the_jwt_and_prefers_it_gets_it() {
        for jwt in [
            "application/token-introspection+jwt",
            "Application/Token-Introspection+JWT; v=1",
            "application/json;q=0.9, application/token-introspection+jwt",
            "application/token-introspection+jwt;q=0.2",
            "application/token-introspection+jwt, */*",
            "text/html, application/token-introspection+jwt;q=0.5, application/json;q=0.4, */*;q=0.8",
            "application/token-introspection+jwt;q=0.5, application/*;q=0.1, */*",
        ] {
            assert!(prefers_jwt(media_ranges(jwt)), "{jwt}");
        }
        for json in [
            "",
            "*/*",
            "application/*",
            "application/jwt",
            "application/json",
            "application/token-introspection+jwt;q=0",
            "application/token-introspection+jwt;q=x",
            "application/token-introspection+jwt, application/json",
            "application/token-introspection+jwt;q=0.5, application/json;q=0.6",
            "application/token-introspection+jwt;q=0.5, */*",
        ] {
            assert!(!prefers_jwt(media_ranges(json)), "{json}");
        }
    }
}
