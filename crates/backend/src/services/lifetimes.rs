//! How long the tokens of a managed service live (`docs/contracts/authlete.md` section 3): as long as the shortest lifetime says that
//! the service, the client or a scope has, unless the caller asked for another; and what a refresh does to it.

use std::time::Duration;

use jeton_ledger::ledger::{Family, MintPrecondition, Plan};
use jeton_model::records::{Rotation, ScopeLifetimes, Service, TokenKind};
use jeton_model::scope::Scope;

/// Sets the lifetimes of a plan.
pub(super) fn apply(plan: &mut Plan, service: &Service) {
    let (settings, rules) = (&service.settings, &service.settings.backend);
    for token in plan.tokens.iter_mut().filter(|token| !token.keeps_lifetime) {
        let own = match token.kind {
            TokenKind::Access => shortest(service, &token.scope, settings.access_token_lifetime, |scope| scope.access),
            TokenKind::Refresh => of_refresh(service, &token.scope),
            _ => continue,
        };
        token.lifetime = token.lifetime.map(|life| life.min(own));
    }
    if let (Some(id_token), Some(token)) = (&mut plan.id_token, plan.tokens.first()) {
        let own = shortest(service, &token.scope, settings.id_token_lifetime, |scope| scope.id);
        id_token.lifetime = id_token.lifetime.min(own);
    }
    refreshed(plan, service);
    plan.ends_access_with_refresh = rules.access_ends_with_refresh;
    keep_family(plan);
}

/// What the use of a refresh token does to its lifetime. By default one that replaces another has a lifetime of its own, and one
/// that stays ends when it was to end.
fn refreshed(plan: &mut Plan, service: &Service) {
    let (settings, rules) = (&service.settings, &service.settings.backend);
    match &mut plan.precondition {
        Some(MintPrecondition::Refresh { token: old, .. }) if rules.refresh_lifetime_kept => {
            let is_next = |kind| kind == TokenKind::Refresh;
            for next in plan.tokens.iter_mut().filter(|token| is_next(token.kind) && !token.keeps_lifetime) {
                (next.lifetime, next.until) = (None, old.expires);
            }
        }
        Some(MintPrecondition::Needs { token, idle })
            if rules.refresh_lifetime_reset && settings.rotation == Rotation::Never && token.expires.is_some() =>
        {
            let of_client = plan.client.as_ref().and_then(|client| client.refresh_token_lifetime);
            let own = of_refresh(service, &token.scope);
            *idle = Some(of_client.map_or(own, |life| life.min(own)));
        }
        _ => {}
    }
}

/// The family lives until the last of these tokens ends: here each token has a time of its own.
fn keep_family(plan: &mut Plan) {
    let continues = |precondition: &MintPrecondition| {
        use MintPrecondition::{Needs, Refresh, SingleUse};
        matches!(precondition, Refresh { .. } | Needs { .. } | SingleUse { .. })
    };
    plan.prolongs_family = plan.precondition.as_ref().is_some_and(continues);
    if let Family::New(family) = &mut plan.family {
        for token in &plan.tokens {
            family.lifetime = family.lifetime.and_then(|life| token.lifetime.map(|own| own.max(life)));
        }
    }
}

/// The lifetime of a refresh token of a scope.
fn of_refresh(service: &Service, scope: &Scope) -> Duration {
    shortest(service, scope, service.settings.refresh_token_lifetime, |scope| scope.refresh)
}

/// The shortest lifetime: the service's, or that of a scope that has one.
fn shortest(service: &Service, scope: &Scope, own: Duration, of: fn(&ScopeLifetimes) -> Option<u64>) -> Duration {
    let all = &service.settings.backend.scope_lifetimes;
    if all.is_empty() {
        return own;
    }
    let seconds = scope.words().filter_map(|word| all.get(word).and_then(of)).min();
    seconds.map_or(own, |seconds| own.min(Duration::from_secs(seconds)))
}
