//! URIs, as the strictest of the SDKs reads them: Java's fails on a list in which one is none.

/// Whether a text is a URI or a relative reference (RFC 3986): no character that must be encoded, and a scheme that is one.
pub(super) fn is_uri(text: &str) -> bool {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>\"{}|\\^`".contains(c);
    let has_digits = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|digit| digit.is_ascii_hexdigit());
    let encodes = text.split('%').skip(1).all(has_digits);
    let begins = text.split(['/', '?', '#']).next().unwrap_or_default();
    let (is_scheme, rest) = match begins.split_once(':') {
        None => (true, text),
        Some((scheme, _)) => {
            let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
            (is_scheme, text.get(scheme.len() + 1..).unwrap_or_default())
        }
    };
    let authority = rest.strip_prefix("//").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    text.chars().all(is_plain)
        && encodes
        && is_scheme
        && !rest.is_empty()
        && authority != Some("")
        && text.matches('#').count() <= 1
}

#[cfg(test)]
mod tests {
    use super::is_uri;

    #[test]
    fn what_no_sdk_fails_on_is_a_uri() {
        for good in ["https://a.example/b?c=d#e", "/relative", "urn:x:y", "com.app:/cb", "a%20b", "https://[::1]:8/"] {
            assert!(is_uri(good), "{good}");
        }
        for bad in ["http://a b", "a%2", "a%zz", "1a:b", "http:", "https://", "a#b#c", "<a>", "a|b", ":a"] {
            assert!(!is_uri(bad), "{bad}");
        }
    }
}
