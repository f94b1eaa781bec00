//! Mint and exchange: the executor, the only code that makes a token. An exchange uses up one credential and issues others in the
//! same commit.
//!
//! 1. Remove the scopes that the person may not pass on (`reserved.rs`, `permitted.rs`), apply the mint rules of features
//!    (`hooks.rs`), and bound and check the resulting plan (`check.rs`).
//! 2. Number the new rows and make their texts (`text.rs`).
//! 3. Write everything as one command, with the plan's precondition; wait until it is durable.
//! 4. Update the cache.

use std::sync::Arc;
use std::time::Duration;

use super::descent::{exchanged, is_exchanged};
use super::memory::Memory;
use super::{DeviceChange, Family, Issued, Ledger, MintPrecondition, MintedToken, NewGrant, Plan, TokenPlan};
use super::{properties, reply, succession, successor};
use crate::formats::verifier;
use crate::refusals::{ASSERTION_REPLAYED, GRANT_ENDED, plan_exceeded};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::{
    Actor, Authentication, Event, EventKind, Grant, GrantState, Reason, Token, TokenFormat, TokenKind, TokenState, User,
};
use jeton_model::store::{Command, GrantChange, Lost, Outcome, Precondition, TokenChange, Write};

/// How long a mint waits at most until its client's tokens are valid again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The outcome of an exchange.
pub enum Exchanged {
    /// The new tokens, durable.
    Done(Issued),
    /// Another request was faster, or what the plan uses up was already gone: what was found instead.
    Lost(Lost),
}

/// A plan whose tokens have their rows and their texts; what is missing is the commit.
pub(super) struct Made {
    /// The plan, after the rules.
    pub(super) plan: Plan,
    /// Its family.
    pub(super) grant: Option<Arc<Grant>>,
    /// The new rows, in the plan's order.
    pub(super) rows: Vec<Arc<Token>>,
    /// What the caller gets.
    pub(super) issued: Issued,
    /// When they were made.
    now: Timestamp,
}

impl Ledger {
    /// Mints the tokens of a plan that uses nothing up.
    ///
    /// # Errors
    /// When the plan exceeds what is allowed, or the store fails; then nothing was minted.
    pub async fn mint(&self, plan: Plan) -> Result<Issued, Refusal> {
        match self.exchange(plan).await? {
            Exchanged::Done(issued) => Ok(issued),
            Exchanged::Lost(_) => Err(GRANT_ENDED),
        }
    }

    /// Mints the tokens of a plan, and uses up what its precondition names.
    ///
    /// # Errors
    /// When the plan exceeds what is allowed, or the store fails; then nothing was used up and nothing minted.
    pub async fn exchange(&self, plan: Plan) -> Result<Exchanged, Refusal> {
        let mut made = self.made(plan).await?;
        let claimed = made.plan.claim.as_ref().map(|entry| entry.key);
        let command = self.command(&mut made)?;
        let Made { plan, grant, rows, issued, .. } = made;
        let after = self.caching(&plan, grant, rows);
        let outcome = match self.alone(&plan) {
            None => self.store.settle(command, after).await?,
            Some(pair) => self.settle_alone(vec![pair], std::slice::from_ref(&issued), command, after).await?,
        };
        match (outcome, claimed) {
            // Every other new entry has a random name, so only a given text or this one can exist already.
            (Outcome::Lost(Lost::Exists), claimed) => match (self.taken_text(&plan).await?, claimed) {
                (Some(taken), _) => Err(taken),
                (None, Some(key)) => {
                    self.single_use.saw(key);
                    Err(ASSERTION_REPLAYED)
                }
                (None, None) => Ok(Exchanged::Lost(Lost::Exists)),
            },
            (Outcome::Lost(lost), _) => Ok(Exchanged::Lost(lost)),
            (Outcome::Done { .. }, claimed) => {
                claimed.into_iter().for_each(|key| self.single_use.saw(key));
                self.observe(&plan, &issued).await;
                Ok(Exchanged::Done(issued))
            }
        }
    }

    /// The rows and texts of a plan that keeps to the rules. Nothing is written.
    pub(super) async fn made(&self, mut plan: Plan) -> Result<Made, Refusal> {
        let mut now = self.now();
        if let Some(from) = plan.client.as_ref().map(|client| client.tokens_from).filter(|from| now < *from) {
            now = self.wait_until(from).await;
        }
        self.apply_rules(&mut plan)?;
        super::check::check(&plan, now)?;
        super::given::check(&plan)?;
        self.check_kin(&plan, now).await?;

        let grant = match &plan.family {
            Family::Own => None,
            Family::Existing(grant) => Some(match plan.prolonged(now) {
                None => Arc::clone(grant),
                Some(expires) => Arc::new(Grant { expires, ..Grant::clone(grant) }),
            }),
            Family::New(new) => Some(self.new_family(&plan, new, now).await?),
        };
        if let (Family::New(_), Some(family)) = (&plan.family, &grant)
            && let Some(from) = exchanged(family)
        {
            let watches = self.watches(family.service, family.id, &from.tokens).await?;
            plan.documents.extend(watches);
        }
        let signed_in = grant.as_deref().and_then(|g| g.authentication.as_ref());
        let mut rows = Vec::with_capacity(plan.tokens.len());
        let mut minted = Vec::with_capacity(plan.tokens.len());
        let first = self.ids.next_of(plan.tokens.len().max(1) as u64).await?;
        for (id, token) in (first..).map(TokenId::new).zip(&plan.tokens) {
            let (row, out) = self.make(&plan, token, id, grant.as_deref(), signed_in, now).await?;
            rows.push(row);
            minted.push(out);
        }
        let id_token = match &plan.id_token {
            None => None,
            Some(wanted) => {
                let access =
                    minted.iter().find(|t| t.kind == TokenKind::Access).map(|t| (t.id, t.presented().expose()));
                Some(self.id_token_of((&plan.service, plan.client.as_deref()), wanted, access, now).await?)
            }
        };
        let replaced = plan.replaces.is_some();
        minted.extend(beside(&mut plan, grant.as_deref(), now));
        let issued = Issued { tokens: minted, id_token, grant: grant.as_ref().map(|g| g.id), replaced };
        Ok(Made { plan, grant, rows, issued, now })
    }

    /// What the cache learns when the commit of a plan is known to have happened.
    pub(super) fn caching(
        &self,
        plan: &Plan,
        grant: Option<Arc<Grant>>,
        rows: Vec<Arc<Token>>,
    ) -> impl FnOnce(&Memory, u64) + Send + use<> {
        let grant_mark = grant.as_ref().map(|g| self.memory().token_cache.mark_grant(g.id));
        let marked: Vec<_> = rows.into_iter().map(|row| (self.memory().token_cache.mark(row.id), row)).collect();
        let new_grant = grant.filter(|_| matches!(plan.family, Family::New(_))).zip(grant_mark);
        move |memory: &Memory, _| {
            if let Some((grant, mark)) = new_grant {
                memory.token_cache.add_grant(grant, mark);
            }
            for (mark, row) in marked {
                memory.token_cache.add_token(row, mark);
            }
        }
    }

    /// Tells the observers what was minted for a client.
    pub(super) async fn observe(&self, plan: &Plan, issued: &Issued) {
        let Some(client) = &plan.client else { return };
        for observer in &self.hooks.observers {
            if let Some(work) = observer.minted(self, client, issued) {
                work.await;
            }
        }
    }

    /// Waits until a client's tokens are valid; returns the moment from which they are. For as long as another node may use the
    /// old record of a client that was reset, the client's tokens are not valid, and requests for one wait.
    async fn wait_until(&self, from: Timestamp) -> Timestamp {
        tokio::time::sleep(from.since(self.now()).min(LONGEST_WAIT)).await;
        self.now().max(from)
    }

    /// If the plan is for a person, removes the scopes that they may not pass on; then applies the mint rules, and bounds the
    /// lifetimes. Applying this again changes nothing.
    pub(super) fn apply_rules(&self, plan: &mut Plan) -> Result<(), Refusal> {
        let catalog = self.entities().catalog(plan.service.id);
        if plan.subject.is_some() {
            super::reserved::keep_to_person(plan);
            super::permitted::keep_to_policies(plan, catalog.policies());
        }
        self.hooks.mint_rules.iter().try_for_each(|rule| rule.apply(plan, &catalog))?;
        super::check::bound(plan);
        super::signed_copy::without_jwts(plan);
        Ok(())
    }

    /// Makes a new family, with its number.
    async fn new_family(&self, plan: &Plan, new: &NewGrant, now: Timestamp) -> Result<Arc<Grant>, Refusal> {
        let id = match new.id {
            Some(id) => id,
            None => GrantId::new(self.ids.next().await?),
        };
        let longest = plan.tokens.iter().map(|t| t.lifetime).max_by_key(|l| l.unwrap_or(std::time::Duration::MAX));
        let lifetime = new.lifetime.or_else(|| longest.flatten());
        Ok(Arc::new(Grant {
            id,
            service: plan.service.id,
            client: plan.client.as_ref().map(|c| c.key),
            subject: plan.subject.clone(),
            grant_type: Arc::clone(&new.grant_type),
            scope: new.scope.clone(),
            audience: Arc::clone(&new.audience),
            created: now,
            expires: lifetime.map(|life| now + life),
            state: GrantState::Active,
            binding: new.binding,
            authentication: new.authentication.clone(),
            details: (new.details != Default::default()).then(|| Arc::new(new.details.clone())),
        }))
    }

    async fn make(
        &self,
        plan: &Plan,
        token: &TokenPlan,
        id: TokenId,
        grant: Option<&Grant>,
        signed_in: Option<&Authentication>,
        now: Timestamp,
    ) -> Result<(Arc<Token>, MintedToken), Refusal> {
        // No token outlives its family.
        let expires = plan.end_of(token, now).into_iter().chain(grant.and_then(|g| g.expires)).min();
        let mut details = token.details.clone();
        properties::inherit(token.kind, &mut details, grant);
        details.descends = grant.is_some_and(is_exchanged);
        let text = self.text_of(plan, token, id, (now, expires), signed_in, &details).await?;
        let signed = self.signed_copy(plan, (token, &details), &text, (now, expires), signed_in).await?;
        if plan.service.settings.show_values || token.keeps_text {
            details.sealed_value = self.secrets.sealed_value(token.kind, id, &text)?;
        }
        let row = Token {
            id,
            service: plan.service.id,
            kind: token.kind,
            format: token.format,
            client: plan.client.as_ref().map(|c| c.key),
            subject: plan.subject.clone(),
            device: plan.device,
            grant: grant.map(|g| g.id),
            parent: token.parent,
            verifier: token.given.as_ref().map_or_else(|| verifier(text.expose()), |given| given.text.verifier()),
            scope: token.scope.clone(),
            audience: Arc::clone(&token.audience),
            issued: now,
            not_before: token.not_before,
            expires,
            state: TokenState::Active,
            binding: token.binding,
            details: details.if_any(),
        };
        let out = MintedToken::of(&row, text, signed);
        Ok((Arc::new(row), out))
    }

    /// The commit of a plan. Takes out of it what is written.
    pub(super) fn command(&self, made: &mut Made) -> Result<Command, Refusal> {
        let Made { plan, grant, rows, issued, now } = made;
        let (grant, now) = (grant.as_ref(), *now);
        let mut writes = Vec::with_capacity(rows.len() + 2 + plan.entries.len() + plan.events.len());
        writes.append(&mut plan.creates);
        if let Some(user) = plan.user.as_ref().filter(|_| plan.new_user) {
            let mut event = Event::new(EventKind::UserPut, now, Some(plan.service.id), Actor::User(user.key));
            event.user = Some(user.key);
            writes.push(Write::User(Box::new(User::clone(user))));
            writes.push(Write::Event(Box::new(event)));
        }
        if let (Family::New(_), Some(grant)) = (&plan.family, grant) {
            writes.push(Write::Grant(Arc::clone(grant)));
        }
        if let (Family::Existing(old), Some(grant)) = (&plan.family, grant)
            && old.expires != grant.expires
        {
            let change = GrantChange { expires: Some(grant.expires), ..GrantChange::default() };
            writes.push(Write::AmendGrant { id: grant.id, change: Box::new(change) });
            if self.store.is_shared() {
                let mut event = Event::new(EventKind::GrantAmended, now, Some(plan.service.id), Actor::System);
                event.grant = Some(grant.id);
                writes.push(Write::Event(Box::new(event)));
            }
        }
        for (row, token) in rows.iter().zip(&plan.tokens) {
            let by_hash = plan.service.settings.by_hash && matches!(row.kind, TokenKind::Access | TokenKind::Refresh);
            let alias = (by_hash || row.format == TokenFormat::Foreign).then_some(row.verifier.0);
            writes.push(Write::Token { token: Arc::clone(row), alias });
            if let Some(by) = token.given.as_ref().and_then(|given| given.by.clone()) {
                let mut event = Event::new(EventKind::TokenImported, now, Some(row.service), by);
                event.token = Some(row.id);
                writes.push(Write::Event(Box::new(event)));
            }
        }
        if let Some(old) = &plan.replaces {
            let actor = plan.client.as_ref().map_or(Actor::System, |client| Actor::Client(client.key));
            let mut event = Event::new(EventKind::TokenRevoked, now, Some(plan.service.id), actor);
            event.token = Some(old.id);
            writes.push(Write::RevokeToken { id: old.id, at: now, why: Reason::Superseded });
            writes.push(Write::Event(Box::new(event)));
        }
        for old in &plan.clears {
            writes.push(Write::RevokeToken { id: old.id, at: now, why: Reason::Superseded });
        }
        if !plan.clears.is_empty() {
            let ids: Vec<_> = plan.clears.iter().map(|old| old.id).collect();
            let actor = plan.client.as_ref().map_or(Actor::System, |client| Actor::Client(client.key));
            let event = Event::new(EventKind::TokensRevoked, now, Some(plan.service.id), actor);
            writes.push(Write::Event(Box::new(event.concerning("refreshed", &ids, &[]))));
        }
        let when = match &plan.precondition {
            None => None,
            Some(MintPrecondition::Claim(entry)) => Some(Precondition::Claim(entry.clone())),
            Some(MintPrecondition::Needs { token, idle }) => {
                if let Some(end) = idle.map(|idle| idle_end(idle, grant.map(|grant| &**grant), now)) {
                    let change = TokenChange { expires: Some(Some(end)), ..TokenChange::default() };
                    writes.push(Write::AmendToken { id: token.id, change: Box::new(change) });
                    if self.store.is_shared() {
                        let mut event = Event::new(EventKind::TokenAmended, now, Some(plan.service.id), Actor::System);
                        event.token = Some(token.id);
                        writes.push(Write::Event(Box::new(event)));
                    }
                }
                Some(Precondition::Active(token.id))
            }
            Some(MintPrecondition::Overlap { token, end, actor }) => {
                let successor = issued.tokens.first().ok_or_else(|| plan_exceeded("successor"))?;
                writes.extend(succession::writes(token, successor.id, *end, actor, now));
                Some(Precondition::Active(token.id))
            }
            Some(MintPrecondition::Device { change, with }) => {
                let mut change = DeviceChange::clone(change);
                with(&mut change.new, rows)?;
                writes.extend(change.writes(now));
                change.precondition()
            }
            Some(MintPrecondition::SingleUse { kind, key }) => {
                Some(Precondition::Consume { kind: *kind, key: *key, now })
            }
            Some(MintPrecondition::Refresh { token, text }) => {
                let successor = issued.first(TokenKind::Refresh).ok_or_else(|| plan_exceeded("refresh"))?;
                if successor::of_plan(plan).is_none() {
                    writes.push(reply::sealed(plan, token, text, issued, now)?);
                }
                if self.store.is_shared() {
                    // Another node may have the old row in its cache.
                    let mut event = Event::new(EventKind::TokenRotated, now, Some(plan.service.id), Actor::System);
                    event.token = Some(token.id);
                    writes.push(Write::Event(Box::new(event)));
                }
                Some(Precondition::Rotate { token: token.id, to: successor.id, at: now })
            }
        };
        writes
            .extend(plan.claim.take().into_iter().chain(plan.entries.drain(..)).map(|e| Write::SingleUse(Box::new(e))));
        writes.extend(plan.documents.drain(..).map(|d| Write::Document(Box::new(d))));
        writes.extend(plan.events.drain(..).map(|e| Write::Event(Box::new(e))));
        Ok(Command { when, writes })
    }
}

/// When a refresh token that stays ends, if it remains unused from now on for `idle`; with its family at the latest.
fn idle_end(idle: Duration, family: Option<&Grant>, now: Timestamp) -> Timestamp {
    (now + idle).min(family.and_then(|family| family.expires).unwrap_or(now + idle))
}

/// The earlier token that the answer contains: as it is after the command.
fn beside(plan: &mut Plan, family: Option<&Grant>, now: Timestamp) -> Option<MintedToken> {
    let mut beside = plan.beside.take()?;
    if let Some(MintPrecondition::Needs { token, idle: Some(idle) }) = &plan.precondition
        && token.id == beside.id
    {
        beside.expires = Some(idle_end(*idle, family, now));
    }
    Some(beside)
}
