//! `[sms]`: where confirmation codes go.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::SecretText;

/// Where confirmation codes go; sign-in by telephone is off when neither key is set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Sms {
    /// File that confirmation codes are appended to: for development and tests.
    #[schemars(extend("format" = "jeton-path"))]
    pub file: Option<PathBuf>,
    /// The provider's URL that takes the file's place; a secret, since providers put credentials into it.
    pub url: Option<SecretText>,
}
