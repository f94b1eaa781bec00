//! What an operator can set.

use std::time::Duration;

/// How many codes are sent, and to whom.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Whether a number that is nobody's makes a user when its code is given back.
    pub sign_up: bool,
    /// The least time between two codes for one number.
    pub gap: Duration,
    /// Codes in 24 hours for one number; 1 to 50.
    pub per_number: u8,
    /// Codes in 24 hours that one address may ask for.
    pub per_address: u32,
    /// Codes in 24 hours altogether.
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
