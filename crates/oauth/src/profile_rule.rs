//! Applies the client's profile to a plan's access tokens.

use crate::profiles::{About, of};
use jeton_ledger::catalog::Catalog;
use jeton_ledger::ledger::{MintRule, Plan};
use jeton_model::Refusal;
use jeton_model::records::TokenKind;

/// Puts a profile's audience, claims and JWT form into a plan. Values that the plan already has stay.
pub struct ProfileRule;

impl MintRule for ProfileRule {
    fn apply(&self, plan: &mut Plan, catalog: &Catalog) -> Result<(), Refusal> {
        let Some(profile) = of(plan.client.as_deref(), &plan.service.settings) else { return Ok(()) };
        plan.jwt_form = Some(profile);
        let shape = profile.shape(&plan.service.settings.grid);
        let is_optional = |path: &str| catalog.is_optional_group(path);
        let (service, user) = (&plan.service, plan.user.as_deref());
        for token in plan.tokens.iter_mut().filter(|token| token.kind == TokenKind::Access) {
            if let Some(audience) = shape.audience.filter(|_| token.audience.is_empty()) {
                token.audience = audience.into();
            }
            let Some(user) = user else { continue };
            let about = About { service, user, scope: &token.scope, is_optional: &is_optional };
            for (name, value) in profile.claims(&about) {
                token.details.claims.entry(name).or_insert(value);
            }
            if let Some(id_token) = &mut plan.id_token {
                for (name, value) in profile.identity_claims(&about) {
                    id_token.claims.entry(name).or_insert(value);
                }
            }
        }
        Ok(())
    }
}
