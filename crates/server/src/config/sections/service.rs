//! `[[service]]`: a further issuer in the same process.

use jeton_core::Secret;
use schemars::JsonSchema;
use serde::Deserialize;

use super::JsonObject;
use crate::config::secret::SecretSchema;

/// A further issuer, with its own keys, clients and users.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["id", "issuer"]))]
pub struct Service {
    /// The number by which the Authlete face addresses the service; between 1 and 2^53 - 1.
    pub id: u64,
    /// A name for people.
    pub name: Option<String>,
    /// URL of the issuer; different from every other issuer in the file.
    pub issuer: String,
    /// Bearer token of the version-3 API.
    #[schemars(with = "Option<SecretSchema>")]
    pub access_token: Option<Secret>,
    /// Password of the version-2 API; the user name is the service's id.
    #[schemars(with = "Option<SecretSchema>")]
    pub api_secret: Option<Secret>,
    /// The service's own fields, by their Authlete names.
    pub settings: JsonObject,
}
