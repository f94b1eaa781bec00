//! `[sms]`: confirmation codes, and where they go.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::SecretText;
use crate::config::duration::{self, DurationText};

/// Confirmation codes by message. Off unless `file`, `webhook` or `url` says where they go.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Sms {
    /// File that messages are appended to, one line each: for development and tests.
    #[schemars(extend("format" = "jeton-path"))]
    pub file: Option<PathBuf>,
    /// URL that takes each message as a JSON object with `to`, `from` and `text`, in the file's place; a secret, since it may hold a
    /// key.
    pub webhook: Option<SecretText>,
    /// A message provider's URL that takes `To`, `From` and `Body` as a form, in the file's place; a secret, since providers put
    /// credentials into it.
    pub url: Option<SecretText>,
    /// Who the message is from, as the provider knows it; `url` needs it.
    pub from: Option<String>,
    /// User name of HTTP Basic at `webhook` or `url`.
    pub username: Option<String>,
    /// Password of HTTP Basic at `webhook` or `url`.
    pub password: Option<SecretText>,
    /// The message; `{code}` stands for the code.
    pub template: String,
    /// Whether a number that is nobody's makes a user when its code is given back.
    pub sign_up: bool,
    /// The least time between two codes for one number.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub gap: Duration,
    /// Codes in 24 hours for one number, half of them at one address's wish; then one goes out each half hour.
    pub per_number: usize,
    /// Codes that one address may ask one node for at once; they come back evenly within 24 hours. An IPv6 address counts with its
    /// /64.
    pub per_address: usize,
    /// Codes in 24 hours of one node altogether: half at once, half spread over the day.
    pub per_day: usize,
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            file: None,
            webhook: None,
            url: None,
            from: None,
            username: None,
            password: None,
            template: "Your confirmation code is {code}".to_owned(),
            sign_up: false,
            gap: Duration::from_secs(30),
            per_number: 10,
            per_address: 30,
            per_day: 1000,
        }
    }
}
