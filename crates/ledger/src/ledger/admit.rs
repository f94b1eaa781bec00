//! Admit: whether the bearer of a token may use an endpoint of this server.

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
    /// On this node's cache, as inspection may.
    OnMemory,
    /// On the store: for an endpoint that gives or changes rights. Otherwise a token that another node ended a moment ago could
    /// still create rights that outlast it.
    OnStore,
}

impl Ledger {
    /// Inspects the bearer token of a request to a protected endpoint of this server, and records its use. The token must be
    /// valid, an access or API token, and used from its address ranges if it has any; if it is bound to a certificate, the
    /// connection must have proven that certificate (RFC 8705 section 3). `scope`: the scope that the endpoint requires, if it is
    /// the same for every caller; the token must [hold](Inspection::holds) it now.
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
            // No endpoint proves possession of such a key yet.
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
        // Read the verdict from the store, if that was requested and the cache may be behind.
        if relying == Relying::OnMemory || !self.memory().freshness.may_lag() {
            return Ok(live);
        }
        match self.afresh(live).await? {
            Verdict::Active(live) => lacked(&live).map_or(Ok(live), Err),
            Verdict::Inactive(..) => Err(BEARER_INVALID),
        }
    }
}
