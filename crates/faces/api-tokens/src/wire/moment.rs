//! Times as the original's forms write them: `YYYY-MM-DDTHH:MM`, UTC.

use jeton_core::clock::Timestamp;
use jeton_core::prodmanager::Given;
use jiff::civil::DateTime;

const SHAPE: &[u8; 16] = b"dddd-dd-ddTdd:dd";

/// Reads one.
pub(super) fn read(text: &str) -> Given {
    let fits = |(given, wanted): (u8, &u8)| if *wanted == b'd' { given.is_ascii_digit() } else { given == *wanted };
    if text.len() != SHAPE.len() || !text.bytes().zip(SHAPE).all(fits) {
        return Given::Unreadable;
    }
    let Ok(moment) = text.parse::<DateTime>() else { return Given::Unreadable };
    // The original's calendar begins with the year 1.
    if moment.year() < 1 {
        return Given::Unreadable;
    }
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    Given::At(Timestamp::from_seconds(moment.duration_since(epoch).as_secs()))
}

#[cfg(test)]
mod tests {
    use jeton_core::clock::Timestamp;
    use jeton_core::prodmanager::Given;

    use super::read;

    #[test]
    fn exactly_this_shape_is_read_as_utc() {
        for (text, seconds) in [
            ("2040-01-01T00:00", 2_208_988_800),
            ("1970-01-01T00:00", 0),
            ("2024-02-29T23:59", 1_709_251_140),
            ("9999-12-31T23:59", 253_402_300_740),
            ("0001-01-01T00:00", -62_135_596_800),
        ] {
            assert_eq!(read(text), Given::At(Timestamp::from_seconds(seconds)), "{text}");
        }
        for text in [
            "",
            " ",
            "2040-01-01T00:00:00",
            "2040-01-01 00:00",
            "2040-13-01T00:00",
            "2040-02-30T00:00",
            "2023-02-29T00:00",
            "2040-01-01T24:00",
            "2040-01-01T00:60",
            "2040-01-01T00:00Z",
            "2040-1-1T0:0",
            "0000-01-01T00:00",
            "+040-01-01T00:00",
            "2040-01-01t00:00",
            "2040-01-01",
            "tomorrow",
            " 2040-01-01T00:00",
            "２040-01-01T0",
        ] {
            assert_eq!(read(text), Given::Unreadable, "{text}");
        }
    }
}
