//! Admit: whether the holder of a bearer token may use an endpoint of ours.

use super::{Inspection, Ledger, Verdict};
use crate::address_ranges::admits;
use crate::refusals::{BEARER_INVALID, BEARER_SCOPE};
use crate::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Binding, TokenKind};

/// What an admission may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relying {
    /// On what this node remembers, as inspection may.
    OnMemory,
    /// On the store: for an endpoint that hands out rights or changes who has them. What was ended on another node a moment ago
    /// opens nothing that would last longer here.
    OnStore,
}

impl Ledger {
    /// What is known of a bearer token that a protected endpoint of this server was called with; its use is noted. It is valid, an access or API
    /// token, sent from its address ranges if it has any, and, when it is bound to a certificate, over a connection that
    /// proved that certificate (RFC 8705 section 3). `scope`: what the endpoint wants, if it is one word for everybody; the token
    /// must [hold](Inspection::holds) it now.
    ///
    /// # Errors
    /// [`BEARER_INVALID`], [`BEARER_SCOPE`], or a fault.
    pub async fn admit(
        &self,
        service: ServiceId,
        text: &str,
        origin: &RequestSource,
        (scope, relying): (Option<&'static str>, Relying),
    ) -> Result<Inspection, Refusal> {
        let Verdict::Active(live) = self.inspect(service, text).await? else { return Err(BEARER_INVALID) };
        let proven = match live.token.binding {
            None => true,
            Some(Binding::Certificate(print)) => {
                origin.certificate.as_ref().is_some_and(|certificate| certificate.sha256 == print)
            }
            // Nothing proves such a key yet.
            Some(Binding::Jwk(_)) => false,
        };
        let opens = matches!(live.token.kind, TokenKind::Access | TokenKind::Api);
        if !proven || !opens || !admits(&live.token, origin.addr) {
            return Err(BEARER_INVALID);
        }
        let lacked = |live: &Inspection| scope.filter(|scope| !live.holds(scope)).map(|scope| BEARER_SCOPE.with(scope));
        if let Some(refusal) = lacked(&live) {
            return Err(refusal);
        }
        self.uses.mark(&live.token, origin, |word| scope == Some(word));
        // The same verdict from the store, where that was asked for and may say something else.
        if relying == Relying::OnMemory || !self.memory().freshness.may_lag() {
            return Ok(live);
        }
        match self.afresh(live).await? {
            Verdict::Active(live) => lacked(&live).map_or(Ok(live), Err),
            Verdict::Inactive(..) => Err(BEARER_INVALID),
        }
    }
}
