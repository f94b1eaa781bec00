//! The claims that a UMA client must still send (UMA 2.0 Grant section 3.3.6).

use jeton_jose::Secret;
use serde::Serialize;

/// Claims are missing.
#[derive(Debug)]
pub struct NeedInfo {
    /// The ticket to come back with; none for a SimpleIdServer client, which starts again.
    pub ticket: Option<Secret>,
    /// What is missing.
    pub required: Vec<RequiredClaim>,
}

/// One claim that is missing; members have their names on the wire. Its value is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequiredClaim {
    /// Formats a claim token may have.
    pub claim_token_format: Vec<&'static str>,
    /// The claim's name.
    pub name: String,
    /// What kind of claim it is.
    pub claim_type: String,
    /// Its name, for people.
    pub friendly_name: String,
    /// Whose word counts.
    pub issuer: Vec<String>,
}
