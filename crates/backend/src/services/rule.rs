//! What the settings of a managed service change in every plan, whichever API it comes from.

use std::time::Duration;

use jeton_ledger::catalog::Catalog;
use jeton_ledger::ledger::{MintRule, Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::records::{Binding, ScopeLifetimes, TokenKind};
use jeton_model::scope::Scope;

use crate::refusals::DPOP_PROOF_NEEDED;

/// Issues no refresh tokens where the service supports none, ends earlier tokens where a subject has one at a time, and shortens
/// lifetimes to those of the service and of the scopes.
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
        if plan.keeps_lifetimes {
            return Ok(());
        }
        for token in &mut plan.tokens {
            let (own, of_scope): (_, fn(&ScopeLifetimes) -> Option<u64>) = match token.kind {
                TokenKind::Access => (settings.access_token_lifetime, |scope| scope.access),
                TokenKind::Refresh => (settings.refresh_token_lifetime, |scope| scope.refresh),
                _ => continue,
            };
            let shortest = shortest(&rules.scope_lifetimes, &token.scope, of_scope).map_or(own, |life| life.min(own));
            token.lifetime = token.lifetime.map(|life| life.min(shortest));
        }
        if let (Some(id_token), Some(token)) = (&mut plan.id_token, plan.tokens.first()) {
            let shortest = shortest(&rules.scope_lifetimes, &token.scope, |scope| scope.id);
            let longest = shortest.map_or(settings.id_token_lifetime, |life| life.min(settings.id_token_lifetime));
            id_token.lifetime = id_token.lifetime.min(longest);
        }
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

/// The shortest lifetime among the scopes that have one.
fn shortest(
    all: &std::collections::BTreeMap<String, ScopeLifetimes>,
    scope: &Scope,
    of: fn(&ScopeLifetimes) -> Option<u64>,
) -> Option<Duration> {
    if all.is_empty() {
        return None;
    }
    let seconds = scope.words().filter_map(|word| all.get(word).and_then(of)).min();
    seconds.map(Duration::from_secs)
}
