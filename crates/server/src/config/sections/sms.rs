//! `[sms]`: confirmation codes, and where they are sent.

use std::path::PathBuf;
use std::time::Duration;

use jeton_core::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::duration::{self, DurationText};
use crate::config::secret::SecretSchema;

/// Confirmation codes by message. Off unless `file`, `webhook` or `url` is set.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Sms {
    /// File to which messages are appended, one line each: for development and tests.
    #[schemars(extend("format" = "jeton-path"))]
    pub file: Option<PathBuf>,
    /// URL that takes each message as a JSON object with `to`, `from` and `text`, instead of `file`; a secret, since it
    /// may contain a key.
    #[schemars(with = "Option<SecretSchema>")]
    pub webhook: Option<Secret>,
    /// A message provider's URL that takes `To`, `From` and `Body` as a form, instead of `file`; a secret, since
    /// providers put credentials into it.
    #[schemars(with = "Option<SecretSchema>")]
    pub url: Option<Secret>,
    /// The sender of the message, as registered with the provider; required with `url`.
    pub from: Option<String>,
    /// User name of HTTP Basic at `webhook` or `url`.
    pub username: Option<String>,
    /// Password of HTTP Basic at `webhook` or `url`.
    #[schemars(with = "Option<SecretSchema>")]
    pub password: Option<Secret>,
    /// The message; `{code}` stands for the code.
    pub template: String,
    /// Whether redeeming a code for a number without a user creates a user.
    pub sign_up: bool,
    /// The least time between two codes for one number.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub gap: Duration,
    /// Codes per number in 24 hours, of which one address may request half; after that one is sent each half hour.
    pub per_number: usize,
    /// Codes that one address may request from one node at once; used ones become available again evenly within 24
    /// hours. An IPv6 network of 64 bits counts as one address.
    pub per_address: usize,
    /// Codes per node in 24 hours: half at once, half spread over the day.
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
