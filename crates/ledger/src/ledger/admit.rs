//! Admit: whether the holder of a bearer token may use an endpoint of ours.

use super::{Inspection, Ledger, Verdict};
use crate::address_ranges::admits;
use crate::origin::Origin;
use crate::refusal::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Binding, TokenKind};

impl Ledger {
    /// What is known of a bearer token that a protected endpoint of this server was called with; its use is noted. It is valid, an access or API
    /// token, sent from its address ranges if it has any, and, when it is bound to a certificate, over a connection that
    /// proved that certificate (RFC 8705 section 3).
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`], or a fault.
    pub async fn admit(&self, service: ServiceId, text: &str, origin: &Origin) -> Result<Inspection, Refusal> {
        let live = self.admitted(service, text, origin).await?;
        self.mark_used(&live.token, origin, |_| false);
        Ok(live)
    }

    /// The same, for an endpoint that hands out rights or changes who has them: the store is asked, also while this node may
    /// rely on what it remembers. What was ended on another node a moment ago opens nothing that would last longer here.
    ///
    /// # Errors
    /// As [`Self::admit`].
    pub async fn admit_afresh(&self, service: ServiceId, text: &str, origin: &Origin) -> Result<Inspection, Refusal> {
        let live = self.admitted(service, text, origin).await?;
        self.mark_used(&live.token, origin, |_| false);
        match self.afresh(live).await? {
            Verdict::Live(live) => Ok(live),
            Verdict::Dead(..) => Err(Refusal::BearerInvalid),
        }
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

    /// The same, for an endpoint that wants a scope, which the token must [hold](Inspection::holds) now.
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`], [`Refusal::BearerScope`], or a fault.
    pub async fn admit_with(
        &self,
        service: ServiceId,
        text: &str,
        origin: &Origin,
        scope: &'static str,
    ) -> Result<Inspection, Refusal> {
        let live = self.admitted(service, text, origin).await?;
        if !live.holds(scope) {
            return Err(Refusal::BearerScope(scope));
        }
        self.mark_used(&live.token, origin, |word| word == scope);
        Ok(live)
    }

    /// The same, with the store asked as by [`Self::admit_afresh`].
    ///
    /// # Errors
    /// As [`Self::admit_with`].
    pub async fn admit_with_afresh(
        &self,
        service: ServiceId,
        text: &str,
        origin: &Origin,
        scope: &'static str,
    ) -> Result<Inspection, Refusal> {
        let live = self.admit_with(service, text, origin, scope).await?;
        match self.afresh(live).await? {
            Verdict::Live(live) if live.holds(scope) => Ok(live),
            Verdict::Live(_) => Err(Refusal::BearerScope(scope)),
            Verdict::Dead(..) => Err(Refusal::BearerInvalid),
        }
    }
}
