//! The form in which a caller wants the token (`docs/contracts/prodmanager.md` section 2.4).

use http::HeaderMap;
use jeton_wire::accepted;

/// Whether `Accept` names `text/plain`, and no JSON type with the same weight or a higher one.
pub(crate) fn wants_plain(headers: &HeaderMap) -> bool {
    let is_json =
        |name: &str| ["application/json", "application/*", "*/*"].iter().any(|json| name.eq_ignore_ascii_case(json));
    let (mut plain, mut json) = (0, 0);
    for (name, weight) in accepted(headers) {
        if name.eq_ignore_ascii_case("text/plain") {
            plain = plain.max(weight);
        } else if is_json(name) {
            json = json.max(weight);
        }
    }
    plain > json
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::wants_plain;

    #[test]
    fn only_who_prefers_plain_text_gets_it() {
        let of = |accept: &'static str| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        for plain in [
            "text/plain",
            "Text/Plain; charset=utf-8",
            "text/plain, */*;q=0.1",
            "application/json;q=0.4,text/plain;q=0.5",
        ] {
            assert!(wants_plain(&of(plain)), "{plain}");
        }
        for json in [
            "",
            "*/*",
            "application/json",
            "text/plain, application/json",
            "text/plain, */*",
            "text/plain;q=0",
            "text/*",
            "text/plain;q=0.5, */*;q=0.5",
            "text/plain;q=x",
            "text/html",
            "text/plain;q=0.9, application/*",
        ] {
            assert!(!wants_plain(&of(json)), "{json}");
        }
        assert!(!wants_plain(&HeaderMap::new()));
    }
}
