//! What a refresh asks for: scope, audience and lifetime of the next access token.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;

use crate::claims::{About, ClaimsRequest};
use crate::exchange::{CurrentRule, MAY_ACT};
use crate::grants::refusals::REFRESH_TOKEN_INVALID;
use crate::token_endpoint::{GrantContext, describe, id_token, lifetimes, resource};
use jeton_ledger::address_ranges::{inherit, is_ranged};
use jeton_ledger::ledger::{Family, IdTokenPlan, Inspection, Plan, TokenPlan};
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::records::{Grant, Token, TokenDetails, TokenFormat};
use jeton_model::scope::Scope;

/// A request with a refresh token.
pub(super) struct Request {
    pub(super) text: Secret,
    pub(super) scope: Option<String>,
    pub(super) audience: Option<resource::Asked>,
    pub(super) life: Option<Duration>,
}

impl Request {
    /// Plans the requested access token, with its ID token; uses up nothing.
    ///
    /// # Errors
    /// [`SCOPE_NOT_ALLOWED`], a refusal with the code `invalid_target`, `EXCHANGE_WITHDRAWN`.
    pub(super) async fn wished(
        &self,
        cx: &GrantContext<'_>,
        token: &Token,
        live: &Inspection,
    ) -> Result<Plan, Refusal> {
        let grant = live.grant.as_ref().ok_or(REFRESH_TOKEN_INVALID)?;
        let current_rule = CurrentRule::of(cx.oauth, cx.service, cx.client, (token, grant)).await?;
        let original =
            current_rule.as_ref().map_or_else(|| token.scope.clone(), |current_rule| current_rule.scope(&token.scope));
        let scope = narrowed(self.scope.as_deref(), &original, &cx.client.scope)?;
        let scope = match cx.service.settings.backend.identity_needs_offline_access {
            true if !original.contains("offline_access") => {
                Scope::from_words(scope.words().filter(|word| *word != "openid"))
            }
            _ => scope,
        };

        let mut access = TokenPlan::access(cx.service, cx.client, scope.clone());
        access.parent = Some(token.id);
        access.binding = token.binding;
        access.audience = audience(cx, (token, grant), current_rule.as_ref(), self.audience.clone())?;
        access.details = handed_down(token);
        if is_ranged(&access.details) {
            access.format = TokenFormat::Opaque;
        }
        // An exchanged family never has an ID token.
        let id_token = match current_rule.is_none() && lifetimes::wants_id_token(grant, &scope) {
            true => id_token_of(cx, token, live),
            false => None,
        };
        Ok(Plan {
            user: live.user.clone(),
            subject: token.subject.clone(),
            device: token.device,
            family: Family::Existing(Arc::clone(grant)),
            tokens: vec![access],
            id_token,
            ..cx.plan()
        })
    }
}

/// The ID token of a refresh: it says of the person what the first one said (OIDC Core section 12.2).
fn id_token_of(cx: &GrantContext<'_>, token: &Token, live: &Inspection) -> Option<IdTokenPlan> {
    let grant = live.grant.as_deref()?;
    let about = About::owner(token, Some(grant), live.user.as_deref());
    let mut plan = id_token(cx.service, cx.client, about, None, grant.authentication.clone())?;
    let catalog = cx.oauth.ledger.entities().catalog(cx.service.id);
    let asked = ClaimsRequest::of_kept(grant.details.as_ref().and_then(|d| d.claims.as_ref()));
    describe(&mut plan, (cx.service, cx.client), (live.user.as_deref(), &live.token.scope, &catalog), &asked);
    Some(plan)
}

/// The audience of the access token: the original one, or the requested part of it; for an exchanged family also within what
/// its rule lists now.
fn audience(
    cx: &GrantContext<'_>,
    (token, grant): (&Token, &Grant),
    current_rule: Option<&CurrentRule>,
    asked: Option<resource::Asked>,
) -> Result<Arc<str>, Refusal> {
    // An exchanged refresh token of an earlier version has its own audience: its family is the subject token's.
    let granted = if token.audience.is_empty() { &grant.audience } else { &token.audience };
    let named = match (asked, current_rule) {
        (None, _) if !granted.is_empty() => Arc::clone(granted),
        (None, Some(_)) => Arc::clone(granted),
        (None, None) => TokenPlan::access(cx.service, cx.client, Scope::empty()).audience,
        (Some(asked), Some(_)) if granted.is_empty() => asked.words(),
        (Some(asked), _) => resource::granted_part(asked, granted, cx.service, cx.client)?,
    };
    match current_rule {
        Some(current_rule) => current_rule.audience(&named),
        None => Ok(named),
    }
}

/// What a refreshed token inherits: properties; in an exchanged family also `act`, `may_act`, and address ranges.
pub(super) fn handed_down(token: &Token) -> TokenDetails {
    let mut details = TokenDetails::default();
    if let Some(own) = &token.details {
        details.actor.clone_from(&own.actor);
        details.properties.clone_from(&own.properties);
        details.claims.extend(own.claims.get(MAY_ACT).map(|claim| (MAY_ACT.to_owned(), claim.clone())));
        inherit(token, &mut details);
    }
    details
}

/// The requested scope, which must be within the original one, else `scope_not_allowed`. Scopes that the client may no longer
/// have are left out.
fn narrowed(asked: Option<&str>, original: &Scope, allowed: &Scope) -> Result<Scope, Refusal> {
    let Some(text) = asked else { return Ok(original.intersect(allowed)) };
    let scope = Scope::parse(text).map_err(|_| SCOPE_NOT_ALLOWED.with(text.replace(' ', ",")))?;
    match scope.beyond(&original.intersect(allowed)) {
        Some(beyond) => Err(SCOPE_NOT_ALLOWED.with(beyond)),
        None => Ok(scope),
    }
}
