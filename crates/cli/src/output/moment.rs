//! Times and durations for people.

use jiff::{Span, SpanRelativeTo, Timestamp};

use crate::exit::{Done, Failure};

/// A moment, from seconds since 1970.
pub(super) fn text(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

/// Seconds of a duration as people write it: `90`, `90s`, `1h30m`, `30d`.
pub(crate) fn seconds(option: &str, written: &str) -> Done<u64> {
    if let Ok(seconds) = written.parse() {
        return Ok(seconds);
    }
    let span = written.parse::<Span>().ok();
    let duration = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    duration.and_then(|duration| u64::try_from(duration.as_secs()).ok()).ok_or_else(|| {
        Failure::misuse(format_args!("{option} {written}: write a number of seconds, or 90s, 1h30m, 30d"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (written, expected) in
            [("90", 90), ("90s", 90), ("1h", 3600), ("1h30m", 5400), ("30d", 2_592_000), ("2w", 1_209_600)]
        {
            assert_eq!(seconds("--lifetime", written).ok(), Some(expected), "{written}");
        }
        for wrong in ["", "soon", "-1h", "1x"] {
            assert!(seconds("--lifetime", wrong).is_err(), "{wrong}");
        }
    }
}
