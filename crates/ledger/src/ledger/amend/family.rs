//! Amend a family: the authorization itself, with any of its tokens.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::{Ledger, MintedToken};
use super::{Amended, Amendment, Planned, outrun, within_reach, writes};
use crate::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Actor, Binding, Event, EventKind, Grant, Property, Token};
use jeton_model::refusals::{NOT_FOUND, TOO_MANY};
use jeton_model::scope::Scope;
use jeton_model::store::{Command, GrantChange, Outcome, Precondition, TokenChange, TokenFilter, Write};

/// The most live tokens of a family that is amended.
const MOST: usize = 2_000;

/// What to change of a family; none leaves a member unchanged.
#[derive(Clone, Debug, Default)]
pub struct FamilyAmendment {
    /// New scope, within the client's; it may exceed the old one. Tokens that have more lose the rest.
    pub scope: Option<Scope>,
    /// New expiry, earlier or later; `Some(None)`: never. Tokens that would outlive it end with it.
    pub expires: Option<Option<Timestamp>>,
    /// The key that the family is bound to instead of the one it has, with all of its tokens that are bound to that one. A family
    /// without a binding stays without.
    pub binding: Option<Binding>,
    /// New properties, instead of all old ones. Access tokens made from now on have them.
    pub properties: Option<Vec<Property>>,
    /// New `authorization_details`; `Some(None)`: none. Access tokens made from now on have them.
    pub authorization_details: Option<Option<Value>>,
    /// What features keep with it, instead of all that they kept before.
    pub other: Option<Map<String, Value>>,
    /// Live tokens of the family to change in the same commit, within what the family then is.
    pub tokens: Vec<(Arc<Token>, Amendment)>,
}

/// A family that was changed.
#[derive(Debug)]
pub struct AmendedFamily {
    /// The row as it is now.
    pub grant: Arc<Grant>,
    /// The tokens that were to be changed with it, in that order.
    pub tokens: Vec<Amended>,
}

/// A change that passed the checks.
struct FamilyChange {
    old: Arc<Grant>,
    new: Grant,
    /// The tokens to be changed with it, each with its new text if it gets one.
    tokens: Vec<(Arc<Token>, Option<MintedToken>)>,
    writes: Vec<Write>,
}

impl Ledger {
    /// Changes a live family and, in the same commit, some of its tokens. This is the act of an administrator: it alone can give a
    /// family more rights than it was made with, never more than its client has; and more time, beside a plan that prolongs it.
    ///
    /// A token that another request mints for the family at the same moment is fitted to it right after the commit.
    ///
    /// # Errors
    /// [`SCOPE_NOT_ALLOWED`] when the scope exceeds the client's; as [`Ledger::amend`] for each of the tokens; [`NOT_FOUND`] when
    /// the family has ended or a token is of another one; [`TOO_MANY`] when more than 2,000 of its tokens are live; or when the
    /// store fails.
    pub async fn amend_family(
        &self,
        family: &Arc<Grant>,
        amendment: FamilyAmendment,
        actor: Actor,
    ) -> Result<AmendedFamily, Refusal> {
        let now = self.now();
        let mut change = self.change_of(family, amendment, &actor, now).await?;
        // A token that ended meanwhile, by a refresh or a revocation, must not look changed.
        let when = change.tokens.first().map(|(token, _)| Precondition::Active(token.id));
        let command = Command { when, writes: std::mem::take(&mut change.writes) };
        if let Outcome::Lost(lost) = self.store.apply(command).await? {
            return Err(outrun(&lost).unwrap_or_else(ended));
        }
        self.fit_late(&change, &actor, now).await?;
        let FamilyChange { old, tokens, .. } = change;
        let mut done = Vec::with_capacity(tokens.len());
        for (token, renewed) in tokens {
            done.push(self.amended(&token, renewed).await?);
        }
        let grant = self.grant(old.id).await?.filter(|grant| !grant.is_revoked()).ok_or_else(ended)?;
        Ok(AmendedFamily { grant, tokens: done })
    }

    /// Changes several live families, and live tokens without one, in one commit. What has ended is left out. Returns how many were
    /// changed.
    ///
    /// # Errors
    /// As [`Ledger::amend_family`] and [`Ledger::amend`], but for what has ended; then nothing was changed.
    pub async fn amend_together(
        &self,
        families: Vec<(Arc<Grant>, FamilyAmendment)>,
        tokens: Vec<(Arc<Token>, Amendment)>,
        actor: Actor,
    ) -> Result<u64, Refusal> {
        let (now, mut all, mut changes, mut count) = (self.now(), Vec::new(), Vec::new(), 0);
        for (family, amendment) in families {
            match self.change_of(&family, amendment, &actor, now).await {
                Ok(mut change) => {
                    all.append(&mut change.writes);
                    changes.push(change);
                    count += 1;
                }
                Err(refusal) if refusal.is(&NOT_FOUND) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        for (token, amendment) in tokens {
            match self.planned(&token, None, amendment, now).await {
                Ok(Planned { change, renewed }) => {
                    all.extend(writes(&token, change, renewed.is_some(), actor.clone(), now));
                    count += 1;
                }
                Err(refusal) if refusal.is(&NOT_FOUND) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        if !all.is_empty() {
            self.applied(all).await?;
        }
        for change in &changes {
            self.fit_late(change, &actor, now).await?;
        }
        Ok(count)
    }

    /// Checks the change of a family; writes nothing.
    async fn change_of(
        &self,
        family: &Grant,
        amendment: FamilyAmendment,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<FamilyChange, Refusal> {
        let old = self.live_family(family.id, now).await?.ok_or_else(ended)?;
        if let (Some(scope), Some(outer)) = (&amendment.scope, self.scope_of(old.client).await?)
            && let Some(beyond) = scope.beyond(&outer)
        {
            return Err(SCOPE_NOT_ALLOWED.with(beyond));
        }
        within_reach(amendment.expires, now)?;
        let (change, tokens) = split(&old, amendment);
        let new = changed(&old, &change);

        let mut event = Event::new(EventKind::GrantAmended, now, Some(old.service), actor.clone());
        event.grant = Some(old.id);
        let mut all = vec![Write::AmendGrant { id: old.id, change: Box::new(change) }, Write::Event(Box::new(event))];
        let mut planned = Vec::with_capacity(tokens.len());
        for (token, amendment) in tokens {
            if token.grant != Some(old.id) {
                return Err(NOT_FOUND.with("token of the authorization"));
            }
            let fitted = fit(&token, &old, &new);
            let amendment = Amendment {
                scope: amendment.scope.or(fitted.scope),
                expires: amendment.expires.or(fitted.expires),
                binding: amendment.binding.or(fitted.binding),
                ..amendment
            };
            let Planned { change, renewed } = self.planned(&token, Some(&new), amendment, now).await?;
            all.extend(writes(&token, change, renewed.is_some(), actor.clone(), now));
            planned.push((token, renewed));
        }
        let named: Vec<_> = planned.iter().map(|(token, _)| token.id).collect();
        all.extend(self.fitted(&old, &new, &named, actor, now).await?);
        Ok(FamilyChange { old, new, tokens: planned, writes: all })
    }

    /// Fits what was minted meanwhile, from the family as it was.
    async fn fit_late(&self, change: &FamilyChange, actor: &Actor, now: Timestamp) -> Result<(), Refusal> {
        let late = self.fitted(&change.old, &change.new, &[], actor, now).await?;
        if late.is_empty() { Ok(()) } else { self.applied(late).await.map(drop) }
    }

    /// The changes of the family's live tokens that do not fit it any more, but for these.
    async fn fitted(
        &self,
        old: &Grant,
        new: &Grant,
        named: &[TokenId],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<Write>, Refusal> {
        let unchanged = TokenChange::default();
        if new.scope == old.scope && new.expires == old.expires && new.binding == old.binding {
            return Ok(Vec::new());
        }
        let filter = TokenFilter {
            service: Some(old.service),
            grant: Some(old.id),
            live_at: Some(now),
            ..TokenFilter::default()
        };
        let members = self.store.tokens_after(&filter, 0, MOST as u32 + 1).await?;
        if members.len() > MOST {
            return Err(TOO_MANY.with("live tokens in the authorization"));
        }
        let others = members.iter().filter(|token| !named.contains(&token.id));
        let changes = others.map(|token| (token, fit(token, old, new))).filter(|(_, change)| *change != unchanged);
        Ok(changes.flat_map(|(token, change)| writes(token, change, false, actor.clone(), now)).collect())
    }
}

fn ended() -> Refusal {
    NOT_FOUND.with("live authorization")
}

/// The change of the family's row, and those of its tokens.
fn split(old: &Grant, amendment: FamilyAmendment) -> (GrantChange, Vec<(Arc<Token>, Amendment)>) {
    let FamilyAmendment { scope, expires, binding, properties, authorization_details, other, tokens } = amendment;
    let details = (properties.is_some() || authorization_details.is_some() || other.is_some()).then(|| {
        let mut details = old.details.as_deref().cloned().unwrap_or_default();
        details.properties = properties.unwrap_or(details.properties);
        details.authorization_details = authorization_details.unwrap_or(details.authorization_details);
        details.other = other.unwrap_or(details.other);
        Arc::new(details)
    });
    (GrantChange { scope, expires, binding: binding.filter(|_| old.binding.is_some()), details }, tokens)
}

/// The family as it will be.
fn changed(old: &Grant, change: &GrantChange) -> Grant {
    Grant {
        scope: change.scope.clone().unwrap_or_else(|| old.scope.clone()),
        expires: change.expires.unwrap_or(old.expires),
        binding: change.binding.or(old.binding),
        details: change.details.clone().or_else(|| old.details.clone()),
        ..old.clone()
    }
}

/// What makes a token fit its changed family: no more scope, no later end, the same binding.
fn fit(token: &Token, old: &Grant, new: &Grant) -> TokenChange {
    let narrows = new.scope != old.scope && !token.scope.within(&new.scope);
    let outlives = new.expires.is_some_and(|end| token.expires.is_none_or(|own| own > end));
    let rebound = new.binding != old.binding && token.binding == old.binding;
    TokenChange {
        scope: narrows.then(|| token.scope.intersect(&new.scope)),
        expires: outlives.then_some(new.expires),
        binding: new.binding.filter(|_| rebound),
        ..TokenChange::default()
    }
}
