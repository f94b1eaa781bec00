//! A proof is good once (RFC 9449 section 11.1): it is remembered as long as it could be accepted.

use std::time::Duration;

use jeton_jose::digest::sha256;
use jeton_ledger::refusals::ASSERTION_REPLAYED;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{DeclaredSingleUse, SingleUse, SingleUseKey};

use super::proof::WINDOW;
use crate::Backend;

/// A proof that was used.
pub(crate) const DPOP_ID: DeclaredSingleUse = DeclaredSingleUse::new(5, "dpop_id");

impl Backend {
    /// Uses up a proof that is valid now. Returns whether it was not used before.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn is_first_use(&self, service: ServiceId, proof: &str) -> Result<bool, Refusal> {
        // Anybody can rewrite some signatures without the key, so the signed part is what counts.
        let signed = proof.rsplit_once('.').map_or(proof, |(signed, _)| signed);
        let key = SingleUseKey(sha256(format!("{service} {signed}").as_bytes()));
        let now = self.ledger.now();
        // From one end of the window to the other.
        let expires = now + Duration::from_secs(2 * WINDOW.unsigned_abs());
        let kind = DPOP_ID.kind;
        let entry = SingleUse { kind, key, service, grant: None, expires, used: Some(now), payload: Vec::new() };
        match self.ledger.single_use().use_up(entry).await {
            Ok(()) => Ok(true),
            Err(refusal) if refusal.is(&ASSERTION_REPLAYED) => Ok(false),
            Err(refusal) => Err(refusal),
        }
    }
}
