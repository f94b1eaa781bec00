//! The answer when more information about the requesting party is needed (UMA 2.0 Grant section 3.3.6).

use super::{ID_TOKEN_FORMAT, Rule, party};
use jeton_model::records::Service;
use serde::Serialize;

/// How long the client should wait before it asks again whether the owner has answered, in seconds.
pub const INTERVAL: u64 = 5;

/// One missing claim; members are named as on the wire. The required value is not disclosed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequiredClaim {
    /// Accepted formats of a claim token.
    pub claim_token_format: Vec<&'static str>,
    /// The claim's name.
    pub name: String,
    /// What kind of claim it is.
    pub claim_type: String,
    /// Its name, for people.
    pub friendly_name: String,
    /// The issuers that are accepted.
    pub issuer: Vec<String>,
}

/// The claims that a rule requires.
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
