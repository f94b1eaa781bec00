//! `Accept`, RFC 9110 section 12.5.1.

use http::{HeaderMap, header};

/// The media ranges that a request accepts, each with its weight in thousandths. Names are as they were sent: in any case.
pub fn accepted(headers: &HeaderMap) -> impl Iterator<Item = (&str, u32)> {
    headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(media_ranges)
}

/// Whether a request accepts HTML by name, as the requests do that a browser makes for a page.
#[must_use]
pub fn accepts_html(headers: &HeaderMap) -> bool {
    accepted(headers).any(|(name, weight)| weight > 0 && name.eq_ignore_ascii_case("text/html"))
}

/// The media ranges of one value of the header.
pub fn media_ranges(value: &str) -> impl Iterator<Item = (&str, u32)> {
    value.split(',').map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        (name, weight.map_or(1000, thousandths))
    })
}

/// A weight (RFC 9110 section 12.4.2) in thousandths; an unreadable one counts as zero.
fn thousandths(weight: &str) -> u32 {
    match weight.parse::<f32>() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0) as u32,
        _ => 0,
    }
}
