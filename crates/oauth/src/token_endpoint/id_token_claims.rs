//! What an ID token says of its user beside `sub` (OIDC Core section 5.5).

use crate::claims::{ClaimsRequest, answered, claims_of, fill};
use crate::profiles;
use jeton_ledger::catalog::Catalog;
use jeton_ledger::ledger::IdTokenPlan;
use jeton_model::records::{Client, Service, User};
use jeton_model::scope::Scope;

/// Adds to an ID token what it says of its user: the requested claims, those that the client is registered to get in ID tokens where
/// the scope releases them, and the members of the client's profile.
pub(crate) fn describe(
    plan: &mut IdTokenPlan,
    (service, client): (&Service, &Client),
    (user, scope, catalog): (Option<&User>, &Scope, &Catalog),
    asked: &ClaimsRequest,
) {
    if let Some(user) = user {
        fill(&mut plan.claims, answered(&asked.id_token, user, (&client.scope, catalog)));
        if let Some(wanted) = &client.metadata.id_token_claims {
            let mut released = claims_of(user, scope, catalog);
            released.retain(|name, _| wanted.iter().any(|wanted| wanted == name));
            fill(&mut plan.claims, released);
        }
        profiles::in_form(&mut plan.claims, Some(client), service);
    }
    if let Some(profile) = profiles::of(Some(client), &service.settings) {
        let members = profile.id_token_members();
        plan.has_id |= !members.is_empty();
        fill(&mut plan.claims, members);
    }
}
