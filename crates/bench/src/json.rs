//! One string out of a JSON object, without building the object.

/// The value of the first string member `key` of a JSON text, such as `access_token` in a token response.
///
/// It looks for the name with its quotes instead of parsing, as it runs once a request: a quote within a string is
/// always escaped, so the name cannot be part of a value. Only a value with escapes is given to a real parser.
pub(crate) fn string_member<'a>(text: &'a [u8], key: &str) -> Option<std::borrow::Cow<'a, str>> {
    let mut rest = text;
    loop {
        let at = rest.windows(key.len() + 2).position(|w| is_quoted(w, key))?;
        rest = rest.get(at + key.len() + 2..)?;
        let Some(value) = rest.trim_ascii_start().strip_prefix(b":") else {
            continue;
        };
        let Some(quoted) = value.trim_ascii_start().strip_prefix(b"\"") else {
            continue;
        };
        let end = quoted.iter().position(|b| matches!(b, b'"' | b'\\'))?;
        if quoted.get(end) == Some(&b'\\') {
            let whole: serde_json::Value = serde_json::from_slice(text).ok()?;
            return whole.get(key)?.as_str().map(|v| v.to_owned().into());
        }
        return std::str::from_utf8(quoted.get(..end)?).ok().map(Into::into);
    }
}

fn is_quoted(window: &[u8], key: &str) -> bool {
    matches!(window, [b'"', name @ .., b'"'] if name == key.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_member_is_found() {
        let body = br#"{"refresh_token_expires_in":5,"x":"refresh_token","refresh_token" : "abc-_.~","y":1}"#;
        assert_eq!(string_member(body, "refresh_token").as_deref(), Some("abc-_.~"));
        assert_eq!(string_member(body, "access_token"), None);
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(string_member(br#"{"t":"a\/b\"c"}"#, "t").as_deref(), Some("a/b\"c"));
    }

    #[test]
    fn what_is_no_string_or_is_cut_off_is_absent() {
        assert_eq!(string_member(br#"{"t":1}"#, "t"), None);
        assert_eq!(string_member(br#"{"t":"abc"#, "t"), None);
        assert_eq!(string_member(b"", "t"), None);
    }
}
