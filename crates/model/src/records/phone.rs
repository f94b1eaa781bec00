//! Telephone numbers as ITU-T E.164 writes them.

use std::fmt;

/// `+`, a country's code and the rest: 7 to 15 digits, the first not zero.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number; none when the text is not one. Nothing is stripped: one person has one spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let sound =
            (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        sound.then(|| Self(text.to_owned()))
    }

    /// Reads a number as people write it: with blanks, dots, hyphens and brackets between the digits (RFC 3966 section 5.1.1).
    /// It is the same number as without them.
    #[must_use]
    pub fn of_people(text: &str) -> Option<Self> {
        let is_between = |c: char| matches!(c, ' ' | '\u{A0}' | '.' | '-' | '(' | ')' | '\u{2010}' | '\u{2011}' | '/');
        Self::parse(&text.trim().replace(is_between, ""))
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneNumber {
    /// A number is personal data: logs contain at most its country.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({}…)", self.0.get(..3).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_a_number_with_marks_between_its_digits() {
        for written in
            ["+1 425 555 0100", "+1 (425) 555-0100", "+1.425.555.0100", " +14255550100", "+1\u{A0}425/5550100"]
        {
            assert_eq!(PhoneNumber::of_people(written).unwrap().as_str(), "+14255550100", "{written}");
        }
        for other in ["1 425 555 0100", "+1 425 555 0100;ext=2", "+1 425 555 0100 x", "(425) 555-0100", ""] {
            assert_eq!(PhoneNumber::of_people(other), None, "{other}");
        }
    }

    #[test]
    fn only_e_164_is_a_number() {
        for good in ["+14255550100", "+1234567", "+123456789012345"] {
            assert_eq!(PhoneNumber::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "+",
            "14255550100",
            "+1 425 555 0100",
            "+1-425-555-0100",
            "+0123456789",
            "+123456",
            "+1234567890123456",
            " +14255550100",
            "+14255550100\n",
            "++14255550100",
            "+1425555010x",
            "+\u{661}4255550100",
            "tel:+14255550100",
        ] {
            assert_eq!(PhoneNumber::parse(bad), None, "{bad:?}");
        }
    }
}
