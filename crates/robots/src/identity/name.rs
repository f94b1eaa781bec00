//! A robot's name: `vic:` and its serial number.

use std::fmt;

/// `vic:` and eight lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RobotName(String);

impl RobotName {
    /// Reads it exactly as a certificate or a request has it.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let serial = name.strip_prefix("vic:")?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (serial.len() == 8 && serial.bytes().all(is_digit)).then(|| Self(name.to_owned()))
    }

    /// Reads it as people write it: also in upper case, also without `vic:`.
    pub(crate) fn said(name: &str) -> Option<Self> {
        let lower = name.trim().to_ascii_lowercase();
        Self::parse(&lower).or_else(|| Self::parse(&format!("vic:{lower}")))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RobotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_vic_and_eight_lower_case_digits() {
        assert!(RobotName::parse("vic:00601b50").is_some());
        for other in
            ["", "vic:", "vic:00601B50", "vic:00601b5", "vic:00601b500", "vic:0060 b50", "vik:00601b50", "00601b50"]
        {
            assert_eq!(RobotName::parse(other), None, "{other}");
        }
        assert_eq!(RobotName::said(" 00601B50").unwrap().as_str(), "vic:00601b50");
        assert_eq!(RobotName::said("vic:00601b50").unwrap().as_str(), "vic:00601b50");
        assert_eq!(RobotName::said("Vector-A1B2"), None);
    }
}
