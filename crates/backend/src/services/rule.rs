//! What the settings of a managed service change in every plan, whichever API it comes from.

use jeton_ledger::catalog::Catalog;
use jeton_ledger::ledger::{MintRule, Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::records::{Binding, TokenKind};

use super::lifetimes;
use jeton_oauth::token_endpoint::refusals::DPOP_PROOF_NEEDED;

/// Issues no refresh tokens where the service supports none, ends earlier tokens where a subject has one at a time, and sets how
/// long tokens live.
pub struct BackendRule;

impl MintRule for BackendRule {
    fn apply(&self, plan: &mut Plan, _: &Catalog) -> Result<(), Refusal> {
        needs_proof(plan)?;
        let service = std::sync::Arc::clone(&plan.service);
        let settings = &service.settings;
        let rules = &settings.backend;
        if !rules.is_managed {
            return Ok(());
        }
        if rules.no_refresh_tokens {
            plan.tokens.retain(|token| token.kind != TokenKind::Refresh);
        }
        let own = plan.client.as_ref().and_then(|client| client.backend.as_ref());
        let is_single = own.is_some_and(|own| own.single_access_token_per_subject);
        plan.ends_earlier |= (rules.single_access_token_per_subject || is_single) && plan.subject.is_some();
        lifetimes::apply(plan, &service);
        Ok(())
    }
}

/// A client that must use DPoP gets access tokens that are bound to a key, or none (RFC 9449 section 5.2).
fn needs_proof(plan: &Plan) -> Result<(), Refusal> {
    let is_bound = |token: &TokenPlan| matches!(token.binding, Some(Binding::Jwk(_)));
    let needs = plan.client.as_ref().is_some_and(|client| client.metadata.dpop_bound_access_tokens == Some(true));
    let is_unbound = |token: &TokenPlan| token.kind == TokenKind::Access && !is_bound(token);
    if needs && plan.tokens.iter().any(is_unbound) { Err(DPOP_PROOF_NEEDED) } else { Ok(()) }
}
