//! Texts that the contract fixes.

use jeton_model::clock::Timestamp;

/// A time as RFC 3339 says, in UTC with `Z`, and with a fraction only where it has one.
#[must_use]
pub fn timestamp_text(at: Timestamp) -> String {
    // Outside the years that can be written there is no time of ours.
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default().to_string()
}

/// A text's beginning, of at most this many bytes.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_utc_and_their_fraction_has_no_zeros_at_the_end() {
        for (millis, text) in [
            (1_764_512_423_000, "2025-11-30T14:20:23Z"),
            (1_764_512_423_120, "2025-11-30T14:20:23.12Z"),
            (0, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp_text(Timestamp::from_millis(millis)), text);
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("häuser", 2), "h");
        assert_eq!(cut("häuser", 3), "hä");
        assert_eq!(cut("häuser", 99), "häuser");
    }
}
