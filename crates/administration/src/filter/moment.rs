//! A time as people and programs write it.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

use jeton_model::clock::Timestamp;

/// The latest time that can be written, in seconds since 1970: the end of the year 9999.
const LATEST: i64 = 253_402_300_799;

/// Seconds since 1970, RFC 3339 (`2026-01-31T12:00:00Z`), `now`, or an offset from now (`-30d`, `+1h`).
pub(super) fn read(text: &str, now: Timestamp) -> Option<Timestamp> {
    if text == "now" {
        return Some(now);
    }
    if let Some(ago) = text.strip_prefix('-') {
        return distance(ago).map(|span| now - span);
    }
    if let Some(ahead) = text.strip_prefix('+') {
        return distance(ahead).map(|span| now + span);
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().filter(|seconds| *seconds <= LATEST).map(Timestamp::from_seconds);
    }
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp::from_millis(at.as_millisecond()))
}

/// RFC 3339, for people.
pub(crate) fn write(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map_or_else(|_| at.seconds().to_string(), |at| at.to_string())
}

/// `30d`, `1h30m`; a day has 24 hours.
fn distance(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_four_forms() {
        let now = Timestamp::from_seconds(1_700_000_000);
        for (text, seconds) in [
            ("1700000000", 1_700_000_000),
            ("0", 0),
            ("2023-11-14T22:13:20Z", 1_700_000_000),
            ("2023-11-14T23:13:20+01:00", 1_700_000_000),
            ("-30d", 1_700_000_000 - 30 * 86_400),
            ("+1h", 1_700_003_600),
            ("+1h30m", 1_700_005_400),
            ("now", 1_700_000_000),
        ] {
            assert_eq!(read(text, now).map(Timestamp::seconds), Some(seconds), "{text}");
        }
        assert_eq!(write(now), "2023-11-14T22:13:20Z");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        let now = Timestamp::from_seconds(1_700_000_000);
        for text in
            ["", "-", "+", "-90", "--1d", "+-1d", "-1y", "1d", "yesterday", "2023-11-14", "999999999999999999999"]
        {
            assert_eq!(read(text, now), None, "{text}");
        }
    }
}
