//! The bearer token of a request, RFC 6750 section 2.1.

use http::{HeaderMap, header};
use jeton_core::Refusal;
use jeton_core::refusals::BEARER_INVALID;

/// The content of the `Authorization` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer<'a> {
    /// There is no such header.
    Absent,
    /// One header with this token.
    Token(&'a str),
    /// Something else: another scheme, no token, several headers, or bytes that are not text.
    Other,
}

/// Reads the one `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Bearer<'_> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let Some(only) = all.next() else { return Bearer::Absent };
    if all.next().is_some() {
        return Bearer::Other;
    }
    match only.to_str().ok().and_then(|text| text.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => Bearer::Token(token),
        _ => Bearer::Other,
    }
}

/// The token of the one `Authorization` header; none when there is no header at all.
///
/// # Errors
/// [`BEARER_INVALID`] for another scheme or several headers: credentials that are sent must not be ignored.
pub fn sole_bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    match bearer(headers) {
        Bearer::Absent => Ok(None),
        Bearer::Token(text) => Ok(Some(text)),
        Bearer::Other => Err(BEARER_INVALID),
    }
}

/// The bearer token of the first `Authorization` header, if it has one: for endpoints that accept other ways of authentication
/// too.
#[must_use]
pub fn first_bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{Bearer, bearer};

    fn of(values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_one_header_with_a_token_counts() {
        assert_eq!(bearer(&of(&[])), Bearer::Absent);
        assert_eq!(bearer(&of(&["Bearer abc"])), Bearer::Token("abc"));
        assert_eq!(bearer(&of(&["bEARER abc"])), Bearer::Token("abc"));
        for other in [&["Bearer "][..], &["Bearer"], &["Basic abc"], &["Bearer a", "Bearer a"]] {
            assert_eq!(bearer(&of(other)), Bearer::Other, "{other:?}");
        }
        let no_text = HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_bytes(b"Bearer \xe9").unwrap())]);
        assert_eq!(bearer(&no_text), Bearer::Other);
    }
}
