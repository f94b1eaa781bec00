//! What an operator can set.

use std::time::Duration;

/// How many codes are sent, per number and in total.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Whether redeeming a code for a number without a user creates a user.
    pub sign_up: bool,
    /// The least time between two codes for one number.
    pub gap: Duration,
    /// Codes in 24 hours for one number, half of them at one address's wish; then one each half hour. 1 to 50.
    pub per_number: u8,
    /// Codes that one address may request at once; used ones become available again evenly within 24 hours.
    pub per_address: u32,
    /// Codes in 24 hours altogether: half at once, half spread over the day.
    pub per_day: u32,
    /// The message; `{code}` stands for the code.
    pub template: String,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_up: false,
            gap: Duration::from_secs(30),
            per_number: 10,
            per_address: 30,
            per_day: 1000,
            template: "Your confirmation code is {code}".to_owned(),
        }
    }
}
