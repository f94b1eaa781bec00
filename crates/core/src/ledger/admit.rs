//! Admit: whether the holder of a bearer token may use an endpoint of ours.

use super::{Inspection, Ledger, Verdict};
use crate::address_ranges::admits;
use crate::ids::ServiceId;
use crate::model::{Binding, TokenKind};
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::use_source::Source;

impl Ledger {
    /// What is known of a bearer token that a protected endpoint of this server was called with; its use is noted. It is valid, an access or API
    /// token, sent from its address ranges if it has any, and, when it is bound to a certificate, over a connection that
    /// proved that certificate (RFC 8705 section 3).
    ///
    /// # Errors
    /// [`Refusal::BearerInvalid`], or a fault.
    pub async fn admit(&self, service: ServiceId, text: &str, origin: &Origin) -> Result<Inspection, Refusal> {
        let live = self.admitted(service, text, origin).await?;
        self.mark_used(&live.token, Source::of(origin), |_| false);
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
        self.mark_used(&live.token, Source::of(origin), |word| word == scope);
        Ok(live)
    }
}
