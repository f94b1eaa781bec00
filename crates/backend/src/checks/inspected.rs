//! Checks a token against a demand.

use std::sync::Arc;

use jeton_ledger::ledger::{Inactive, Inspection, Verdict};
use jeton_ledger::use_source::Source;
use jeton_model::Refusal;
use jeton_model::records::{Binding, Service, Token, TokenKind};

use super::{Demand, Lack};
use crate::Backend;
use crate::records::Record;

/// A token that was checked.
#[derive(Debug)]
pub struct Checked {
    /// Its record, where the token is ours.
    pub record: Option<Record>,
    /// What is known of a valid token.
    pub live: Option<Inspection>,
    /// Whether a live refresh token belongs to it.
    pub is_refreshable: bool,
    /// What it lacks; none: it meets the demand.
    pub lack: Option<Lack>,
}

impl Checked {
    fn without_token(lack: Lack) -> Self {
        Self { record: None, live: None, is_refreshable: false, lack: Some(lack) }
    }
}

impl Backend {
    /// Checks an access token against what a resource server demands.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn check_token(
        &self,
        service: &Arc<Service>,
        text: Option<&str>,
        demand: &Demand<'_>,
    ) -> Result<Checked, Refusal> {
        let Some(text) = text else { return Ok(Checked::without_token(Lack::Missing)) };
        let (live, row, why) = match self.ledger.inspect(service.id, text).await? {
            Verdict::Active(live) => (Some(live.clone()), Some(live.token), None),
            Verdict::Inactive(why, row) => (None, row, Some(why)),
        };
        let Some(row) = row.filter(|row| row.kind == TokenKind::Access) else {
            return Ok(Checked::without_token(Lack::Unknown(Inactive::Unknown)));
        };
        let expired = why == Some(Inactive::Expired);
        if let Some(why) = why.filter(|_| !expired) {
            return Ok(Checked::without_token(Lack::Unknown(why)));
        }
        let record = self.record_of(Arc::clone(&row)).await?;
        let lack = match &live {
            None => Some(Lack::Expired),
            Some(live) => lack_of(self, live, &record, text, demand),
        };
        let lack = match (&live, lack, &demand.dpop) {
            // The last check: a proof of a request that is refused is not used up.
            (Some(live), None, Some(dpop))
                if !demand.is_proven && matches!(live.token.binding, Some(Binding::Jwk(_))) =>
            {
                (!self.is_first_use(service.id, dpop.proof).await?).then_some(Lack::Dpop { sent: true })
            }
            (_, lack, _) => lack,
        };
        if let (Some(live), None) = (&live, &lack) {
            self.ledger.uses().mark(&live.token, Source::Unknown, |word| demand.scopes.contains(&word));
        }
        let is_refreshable = record.refresh.is_some();
        Ok(Checked { record: Some(record), live, is_refreshable, lack })
    }
}

/// What a valid token lacks.
fn lack_of(backend: &Backend, live: &Inspection, record: &Record, text: &str, demand: &Demand<'_>) -> Option<Lack> {
    let now = backend.ledger.now();
    let lacking: Vec<_> = demand.scopes.iter().filter(|word| !live.token.scope.contains(word)).copied().collect();
    if !lacking.is_empty() {
        return Some(Lack::Scopes(lacking.join(" ")));
    }
    if demand.subject.is_some_and(|subject| record.subject() != Some(subject)) {
        return Some(Lack::Subject);
    }
    match live.token.binding {
        None => {}
        Some(_) if demand.is_proven => {}
        Some(Binding::Certificate(print)) if demand.certificate == Some(print) => {}
        Some(Binding::Certificate(_)) => return Some(Lack::Certificate { sent: demand.certificate.is_some() }),
        Some(Binding::Jwk(print)) => match &demand.dpop {
            Some(proof) if proof.thumbprint(Some(text), now) == Some(print) => {}
            proof => return Some(Lack::Dpop { sent: proof.is_some() }),
        },
    }
    if !is_for(&live.token, &demand.resources) {
        return Some(Lack::Resources);
    }
    let signed_in = live.grant.as_ref().and_then(|grant| grant.authentication.as_ref());
    let class = signed_in.and_then(|signed_in| signed_in.class.as_deref());
    let has_class = demand.acr_values.is_empty() || class.is_some_and(|class| demand.acr_values.contains(&class));
    let is_recent = demand.max_age.is_none_or(|age| {
        signed_in.and_then(|signed_in| signed_in.at).is_some_and(|at| now.since(at).as_secs() <= age)
    });
    (!has_class || !is_recent).then_some(Lack::Authentication)
}

/// Whether a token is for one of these resources: one without an audience is for all.
fn is_for(token: &Token, resources: &[&str]) -> bool {
    resources.is_empty()
        || token.audience.is_empty()
        || token.audience.split(' ').any(|audience| resources.contains(&audience))
}
