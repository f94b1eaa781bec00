//! Durations as operators write them: `"90s"`, `"1h"`, `"30d"`, `"1h30m"`, `"0"`, or an integer of seconds.

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serializer};

/// What a duration looks like, for error lines and the reference.
pub(crate) const EXPECTED: &str = "a duration such as \"90s\", \"1h\" or \"30d\", or an integer of seconds";

/// Every unit with its length in milliseconds, the longest first.
const UNITS: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads a duration; `None` when the text is not one.
#[must_use]
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if let Ok(seconds) = rest.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(letters)?;
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*length)?)?;
        rest = tail.trim_start();
    }
    (!text.trim().is_empty()).then(|| Duration::from_millis(total))
}

/// Writes a duration the way [`parse`] reads it, in the longest unit that divides it.
#[must_use]
pub(crate) fn text(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if millis == 0 {
        return "0".to_owned();
    }
    UNITS
        .iter()
        .skip(1) // "1w" for seven days would surprise who wrote "7d"
        .find(|(_, length)| millis.is_multiple_of(*length))
        .map_or_else(|| format!("{millis}ms"), |(unit, length)| format!("{}{unit}", millis / length))
}

/// The two forms a duration may have in the file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Seconds(u64),
    Text(String),
}

impl Written {
    fn read<E: serde::de::Error>(&self) -> Result<Duration, E> {
        match self {
            Self::Seconds(seconds) => Ok(Duration::from_secs(*seconds)),
            Self::Text(text) => parse(text).ok_or_else(|| E::custom(format!("expected {EXPECTED}"))),
        }
    }
}

/// For `#[serde(with = "duration")]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    Written::deserialize(deserializer)?.read()
}

/// For `#[serde(with = "duration")]`; the schema's default values are made by it.
pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(*duration))
}

/// The same for a key that may be left out.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Duration, Written};

    /// For `#[serde(deserialize_with = "duration::optional::deserialize")]`.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        Option::<Written>::deserialize(deserializer)?.map(|written| written.read()).transpose()
    }
}

/// Stands for a duration in the schema.
pub(crate) struct DurationText;

impl JsonSchema for DurationText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "format": "jeton-duration" })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{parse, text};

    #[test]
    fn reads_what_operators_write() {
        for (written, millis) in [
            ("0", 0),
            ("90", 90_000),
            ("90s", 90_000),
            ("500ms", 500),
            ("1h", 3_600_000),
            ("1h30m", 5_400_000),
            ("1h 30m", 5_400_000),
            ("30d", 2_592_000_000),
            ("2w", 1_209_600_000),
        ] {
            assert_eq!(parse(written), Some(Duration::from_millis(millis)), "{written}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_duration() {
        for written in ["", " ", "h", "1x", "-1s", "1.5h", "1h30", "99999999999999999999d", "1 h"] {
            assert_eq!(parse(written), None, "{written}");
        }
    }

    #[test]
    fn writes_the_longest_unit_that_divides() {
        for (written, millis) in [("0", 0), ("1s", 1_000), ("1500ms", 1_500), ("90s", 90_000), ("30d", 2_592_000_000)] {
            assert_eq!(text(Duration::from_millis(millis)), written);
        }
    }
}
