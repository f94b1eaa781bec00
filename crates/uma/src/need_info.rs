//! What a client is told when its ticket is not enough yet (UMA 2.0 Grant section 3.3.6).

use super::{ID_TOKEN_FORMAT, Rule, party};
use jeton_ledger::refusal::RequiredClaim;
use jeton_model::records::Service;

/// How long to wait before asking again whether the owner has answered, in seconds.
pub const INTERVAL: u64 = 5;

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
