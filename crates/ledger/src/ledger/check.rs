//! What the executor checks in every plan, whoever made it.

use std::sync::Arc;
use std::time::Duration;

use super::{Family, Ledger, MintPrecondition, Plan, TokenPlan};
use crate::refusals::{CLIENT_UNKNOWN, GRANT_ENDED, SERVICE_DISABLED, plan_exceeded};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Client, Subject, Token, TokenFormat, TokenKind, TokenState, User};

/// The longest lifetime of a token, 10 years; a longer one must be requested as unlimited. Whoever takes a lifetime from outside
/// refuses a longer one by this constant.
pub const LONGEST_LIFETIME: Duration = Duration::from_hours(10 * 365 * 24);

/// Shortens the lifetimes of a plan that are too long: a record that says so may be older than the limit.
pub(super) fn bound(plan: &mut Plan) {
    for token in &mut plan.tokens {
        token.lifetime = token.lifetime.map(|life| life.min(LONGEST_LIFETIME));
    }
    if let Some(id_token) = &mut plan.id_token {
        id_token.lifetime = id_token.lifetime.min(LONGEST_LIFETIME);
    }
    if let Family::New(family) = &mut plan.family {
        family.lifetime = family.lifetime.map(|life| life.min(LONGEST_LIFETIME));
    }
}

/// Service, client and user are active; the scope of each token lies within family and client; the family's binding is
/// inherited.
pub(super) fn check(plan: &Plan, now: Timestamp) -> Result<(), Refusal> {
    if !plan.service.enabled {
        return Err(SERVICE_DISABLED);
    }
    if plan.client.as_ref().is_some_and(|c| !c.enabled || c.service != plan.service.id) {
        return Err(CLIENT_UNKNOWN);
    }
    if plan.user.as_ref().is_some_and(|u| !u.enabled || u.service != plan.service.id) {
        return Err(GRANT_ENDED);
    }
    let (rights, binding) = match &plan.family {
        Family::Own => (None, None),
        Family::Existing(grant) => {
            if !grant.is_alive(now) || grant.service != plan.service.id {
                return Err(GRANT_ENDED);
            }
            (Some(&grant.scope), grant.binding)
        }
        Family::New(grant) => (Some(&grant.scope), grant.binding),
    };
    for token in &plan.tokens {
        let mut bounds = rights.into_iter().chain(plan.client.as_ref().map(|client| &client.scope));
        if !is_unbounded(token.kind) && !bounds.all(|outer| token.scope.within(outer)) {
            return Err(plan_exceeded("scope"));
        }
        if token.named.is_some() && !may_be_named(plan, token) {
            return Err(plan_exceeded("named"));
        }
        if binding.is_some() && token.binding != binding {
            return Err(plan_exceeded("binding"));
        }
    }
    Ok(())
}

/// Whether this is the one kind of token with an arbitrary expiry: it may lie in the past or in any year, so nothing may depend
/// on such a token.
fn may_be_named(plan: &Plan, token: &TokenPlan) -> bool {
    token.kind == TokenKind::Api
        && token.format == TokenFormat::Jwt
        && matches!(plan.family, Family::Own)
        && plan.client.is_none()
        && plan.subject.is_none()
        && token.parent.is_none()
        && token.lifetime.is_none()
        && token.scope.is_empty()
}

/// Whether the client's current record still permits the plan's tokens: since the client was authenticated it may have been
/// reset, disabled or deleted, or its scope narrowed.
fn may_still(plan: &Plan, planned: &Client, current: Option<&Client>) -> bool {
    let Some(current) = current else {
        // A client that is being registered is not stored yet.
        return plan.tokens.iter().all(|token| token.kind == TokenKind::Registration);
    };
    let within = |token: &TokenPlan| is_unbounded(token.kind) || token.scope.within(&current.scope);
    current.enabled && current.tokens_from == planned.tokens_from && plan.tokens.iter().all(within)
}

/// Whether the scope of this kind of token is in no client's scope: it gives access only to what the kind does.
fn is_unbounded(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Session | TokenKind::Registration)
}

/// Whether the plan is for a person who has just signed in.
fn signs_in(plan: &Plan) -> bool {
    let by_password = matches!(&plan.family, Family::New(new) if &*new.grant_type == "password");
    by_password || plan.tokens.iter().any(|token| token.kind == TokenKind::Session)
}

impl Ledger {
    /// Checks that nothing has ended the person's tokens since the plan was made: the password may have changed while the old one
    /// was being hashed.
    async fn check_person(&self, plan: &Plan, user: &User) -> Result<(), Refusal> {
        let signs_in = signs_in(plan);
        let stands = |current: &User| {
            current.enabled
                && (!signs_in || current.password == user.password)
                && plan.tokens.iter().all(|token| current.counts_from(token.kind) == user.counts_from(token.kind))
        };
        // A sign-in has computed a password hash, so one read is cheap, and another node may have changed the password. A new
        // family has no earlier family whose end would end it.
        if !signs_in
            && !self.begins_anew(plan)
            && self.entities().user(user.key).await?.is_some_and(|current| stands(&current))
        {
            return Ok(());
        }
        // The cached user may be older than the plan.
        match self.store().user(user.key).await? {
            Some(current) if stands(&current) => Ok(()),
            _ => Err(GRANT_ENDED),
        }
    }

    /// Whether the tokens of a plan would outlast a change that another node made and this one has not read: nothing in the store
    /// ends them yet.
    fn begins_anew(&self, plan: &Plan) -> bool {
        self.memory().freshness.may_lag() && !matches!(plan.family, Family::Existing(_))
    }

    /// A parent that has not ended and whose family has not; from the store where the cache may be behind. The plan's own family
    /// was already checked, and so was the refresh token that the plan uses: the command fails if that one has ended since.
    async fn parent(&self, plan: &Plan, id: TokenId, now: Timestamp) -> Result<Arc<Token>, Refusal> {
        let anew = self.begins_anew(plan);
        let token = match &plan.precondition {
            Some(MintPrecondition::Refresh { token, .. } | MintPrecondition::Needs { token, .. }) if token.id == id => {
                Some(Arc::clone(token))
            }
            _ if anew => self.store().token(id).await?.map(Arc::new),
            _ => self.token(id).await?,
        };
        let parent = token.filter(|parent| parent.service == plan.service.id).ok_or(GRANT_ENDED)?;
        let own = match &plan.family {
            Family::Existing(family) => Some(family.id),
            Family::Own | Family::New(_) => None,
        };
        if let Some(id) = parent.grant.filter(|family| Some(*family) != own) {
            let family = if anew { self.store().grant(id).await?.map(Arc::new) } else { self.grant(id).await? };
            if !family.is_some_and(|family| family.is_alive(now)) {
                return Err(GRANT_ENDED);
            }
        }
        // A parent that was rotated a moment ago fails the precondition instead: the caller needs to know how it failed.
        if matches!(parent.state, TokenState::Revoked { .. }) || parent.expires.is_some_and(|at| at <= now) {
            return Err(GRANT_ENDED);
        }
        if self.suspended().means(&parent).await? { Err(GRANT_ENDED) } else { Ok(parent) }
    }

    /// Checks what needs other rows: parents are active and had these scopes, the device is enabled, and the subject's record is
    /// the plan's user, whose tokens nothing has ended since.
    pub(super) async fn check_kin(&self, plan: &Plan, now: Timestamp) -> Result<(), Refusal> {
        if let Some(Subject::User(key)) = plan.subject
            && plan.user.as_ref().is_none_or(|user| user.key != key)
        {
            return Err(plan_exceeded("subject"));
        }
        if let Some(user) = plan.user.as_ref().filter(|_| !plan.new_user) {
            self.check_person(plan, user).await?;
        }
        if let Some(client) = &plan.client {
            let current = self.entities().client(client.key).await?;
            let is_same = current.as_ref().is_some_and(|current| Arc::ptr_eq(current, client));
            if !(is_same || may_still(plan, client, current.as_deref())) || !self.entities().is_active(client).await? {
                return Err(CLIENT_UNKNOWN);
            }
        }
        if let Some(id) = plan.device {
            let device = match &plan.precondition {
                Some(MintPrecondition::Device { change, .. }) if change.new.id == id => Some(change.new.clone()),
                _ => self.store().device(id).await?,
            };
            if device.is_none_or(|d| !d.enabled || d.service != plan.service.id) {
                return Err(GRANT_ENDED);
            }
        }
        let mut known: Option<Arc<Token>> = None;
        for token in &plan.tokens {
            let Some(id) = token.parent else { continue };
            // Tokens of one plan usually have the same parent.
            let parent = match known.take().filter(|parent| parent.id == id) {
                Some(parent) => parent,
                None => self.parent(plan, id, now).await?,
            };
            if !token.scope.within(&parent.scope) {
                return Err(plan_exceeded("scope"));
            }
            known = Some(parent);
        }
        Ok(())
    }
}
