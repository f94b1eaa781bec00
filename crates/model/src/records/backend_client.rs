//! What the authorization server of a managed service decided about a client (`docs/contracts/authlete.md` section 4.3).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The part of a client that only managed services have. The members of its document that Jeton acts upon are in the client's
/// record too, and there they count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackendClient {
    /// The document as it was written: what the record has no member for is kept here.
    pub document: Map<String, Value>,
    /// Another name of the client.
    pub alias: Option<Box<str>>,
    /// Whether that name works, where the service lets aliases work at all.
    pub alias_enabled: bool,
    /// Whether a new token ends the earlier ones of the same subject.
    pub single_access_token_per_subject: bool,
    /// The scopes that it may request at most; none: all of the service.
    pub requestable_scopes: Option<Vec<String>>,
}
