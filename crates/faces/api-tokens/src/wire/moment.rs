//! Times as the original's forms read them: `YYYY-MM-DDTHH:MM`, UTC. As there, everything but the year may have one digit, a day of
//! one digit may have a blank before it, and the `T` may be small.

use jeton_core::clock::Timestamp;
use jeton_core::prodmanager::Given;
use jiff::civil::DateTime;

/// Reads one.
pub(super) fn read(text: &str) -> Given {
    let Some(moment) = moment(text) else { return Given::Unreadable };
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    Given::At(Timestamp::from_seconds(moment.duration_since(epoch).as_secs()))
}

fn moment(text: &str) -> Option<DateTime> {
    let (day, time) = text.split_once(['T', 't'])?;
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let (hour, minute) = time.split_once(':')?;
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let day = day.strip_prefix(' ').filter(|day| day.len() == 1).unwrap_or(day);
    let short = |text: &str| if text.len() <= 2 { number(text) } else { None };
    let (month, day, hour, minute) = (short(month)?, short(day)?, short(hour)?, short(minute)?);
    let moment = DateTime::new(number(year)?, month, day, hour, minute, 0, 0).ok()?;
    // The original's calendar begins with the year 1.
    (moment.year() >= 1).then_some(moment)
}

/// Digits alone: no sign.
fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use jeton_core::clock::Timestamp;
    use jeton_core::prodmanager::Given;

    use super::read;

    #[test]
    fn what_the_original_reads_is_read_as_utc_and_nothing_else() {
        for (text, seconds) in [
            ("2040-01-01T00:00", 2_208_988_800),
            ("1970-01-01T00:00", 0),
            ("2024-02-29T23:59", 1_709_251_140),
            ("9999-12-31T23:59", 253_402_300_740),
            ("0001-01-01T00:00", -62_135_596_800),
            ("2040-1-1T0:0", 2_208_988_800),
            ("2040-01-1T00:0", 2_208_988_800),
            ("2040-1- 1T0:00", 2_208_988_800),
            ("2040-01-01t00:00", 2_208_988_800),
            ("2024-2-29T23:59", 1_709_251_140),
            ("1970-1-1T0:9", 540),
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
            "40-1-1T0:0",
            "02040-1-1T0:0",
            "2040-0-1T0:0",
            "2040-1-0T0:0",
            "2040-001-1T0:0",
            "2040-1-001T0:0",
            "2040-1-1T000:0",
            "2040-1-1T0:000",
            "2040- 1-1T0:0",
            "2040-1-  1T0:0",
            "2040-1- 01T0:0",
            "2040-1-1 T0:0",
            "2040-1-1T 0:0",
            "2040-1-1T:0",
            "2040-1-1T0:",
            "2040--1T0:0",
            "2040-1-1-1T0:0",
            "2040-1-1T0:0:0",
            "2040-1-1T0:0 ",
            "2040-1-1T+0:0",
            "2040-2-30T1:1",
            "0000-01-01T00:00",
            "0000-1-1T0:0",
            "+040-01-01T00:00",
            "2040-01-01",
            "tomorrow",
            " 2040-01-01T00:00",
            "２040-01-01T0",
        ] {
            assert_eq!(read(text), Given::Unreadable, "{text}");
        }
    }
}
