//! Admit: whether the holder of a bearer token may use an endpoint of ours.

use super::{Inspection, Ledger, Verdict};
use crate::address_ranges::admits;
use crate::origin::Origin;
use crate::refusal::Refusal;
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
    /// proved that certificate (RFC 8705 section 3).
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`], or a fault.
    pub async fn admit(
        &self,
        service: ServiceId,
        text: &str,
        origin: &Origin,
        relying: Relying,
    ) -> Result<Inspection, Refusal> {
        let live = self.admitted(service, text, origin).await?;
        self.uses.mark(&live.token, origin, |_| false);
        self.still_admitted(live, relying).await
    }

    /// The same, for an endpoint that wants a scope, which the token must [hold](Inspection::holds) now.
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`], [`Refusal::BearerScope`], or a fault.
    pub async fn admit_with(
        &self,
        service: ServiceId,
        text: &str,
        origin: &Origin,
        (scope, relying): (&'static str, Relying),
    ) -> Result<Inspection, Refusal> {
        let live = self.admitted(service, text, origin).await?;
        if !live.holds(scope) {
            return Err(Refusal::BearerScope(scope));
        }
        self.uses.mark(&live.token, origin, |word| word == scope);
        let live = self.still_admitted(live, relying).await?;
        if relying == Relying::OnStore && !live.holds(scope) {
            return Err(Refusal::BearerScope(scope));
        }
        Ok(live)
    }

    async fn admitted(&self, service: ServiceId, text: &str, origin: &Origin) -> Result<Inspection, Refusal> {
        let Verdict::Live(live) = self.inspect(service, text).await? else { return Err(Refusal::BearerInvalid) };
        if !matches!(live.token.kind, TokenKind::Access | TokenKind::Api) || !admits(&live.token, origin.addr) {
            return Err(Refusal::BearerInvalid);
        }
        let proven = match live.token.binding {
            None => true,
            Some(Binding::Certificate(print)) => {
                origin.certificate.as_ref().is_some_and(|certificate| certificate.sha256 == print)
            }
            // Nothing proves such a key yet.
            Some(Binding::Jwk(_)) => false,
        };
        if proven { Ok(live) } else { Err(Refusal::BearerInvalid) }
    }

    /// The same verdict from the store, where that was asked for and may say something else.
    async fn still_admitted(&self, live: Inspection, relying: Relying) -> Result<Inspection, Refusal> {
        if relying == Relying::OnMemory || !self.memory().freshness.may_lag() {
            return Ok(live);
        }
        match self.afresh(live).await? {
            Verdict::Live(live) => Ok(live),
            Verdict::Dead(..) => Err(Refusal::BearerInvalid),
        }
    }
}
