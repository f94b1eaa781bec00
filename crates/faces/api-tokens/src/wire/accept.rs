//! The form in which a caller wants the token (`docs/contracts/prodmanager.md` section 2.4).

use http::{HeaderMap, header};

/// Whether `Accept` names `text/plain`, and no JSON type with the same weight or a higher one.
pub(crate) fn wants_plain(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (mut plain, mut json) = (0, 0);
    for range in values.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(1000, thousandths);
        match name.as_str() {
            "text/plain" => plain = plain.max(weight),
            "application/json" | "application/*" | "*/*" => json = json.max(weight),
            _ => {}
        }
    }
    plain > json
}

/// A weight (RFC 9110 section 12.4.2) in thousandths; an unreadable one counts as zero.
fn thousandths(weight: &str) -> u32 {
    match weight.parse::<f32>() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0) as u32,
        _ => 0,
    }
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
