//! What a client is told when its ticket is not enough yet (UMA 2.0 Grant section 3.3.6).

use super::{ID_TOKEN_FORMAT, Rule, party};
use jeton_model::records::Service;
use serde::Serialize;

/// How long to wait before asking again whether the owner has answered, in seconds.
pub const INTERVAL: u64 = 5;

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

/// What a rule wants to know.
pub(super) fn required(service: &Service, rule: &Rule) -> Vec<RequiredClaim> {
    let claim = |kind: &String| RequiredClaim {
        claim_token_format: vec![ID_TOKEN_FORMAT],
        name: kind.clone(),
        claim_type: kind.clone(),
        friendly_name: kind.clone(),
        issuer: vec![party::issuer_for(service, rule).to_owned()],
    };
    rule.claims.iter().map(|c| claim(&c.kind)).collect()
}
