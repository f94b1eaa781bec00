//! Applies commands in memory to the rows they read: which succeed, which fail, and what is to be written.
//!
//! The rows are locked, so the result holds until the commit. Commands of one batch take effect in their order: of two
//! that use up the same entry, the first succeeds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jeton_model::clock::Timestamp;
use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::{Event, Grant, GrantState, SingleUse, Token, TokenState, TokenUse};
use jeton_model::store::{Command, GrantChange, Lost, NewText, Outcome, Precondition, Record, TokenChange, Write};

use super::known::{Known, KnownToken};
use super::known_record::{self, RecordId};
use super::needs::{SingleUseId, id_of, single_use_id};
use crate::tally::Sums;

/// What is to be written, by table and in the order of keys.
#[derive(Debug, Default)]
pub(super) struct Effects<'c> {
    pub(super) tokens: Vec<&'c Token>,
    /// Token and the extra hash that finds it.
    pub(super) aliases: Vec<(&'c Token, &'c [u8; 32])>,
    pub(super) grants: Vec<&'c Grant>,
    pub(super) single_uses_new: BTreeMap<SingleUseId, &'c SingleUse>,
    pub(super) single_uses_replaced: BTreeMap<SingleUseId, &'c SingleUse>,
    pub(super) single_uses_used: BTreeMap<SingleUseId, Timestamp>,
    pub(super) token_states: BTreeMap<TokenId, TokenState>,
    pub(super) token_changes: BTreeMap<TokenId, TokenChange>,
    /// New texts, with the service that an alias belongs to.
    pub(super) token_texts: BTreeMap<TokenId, (i64, &'c NewText)>,
    pub(super) grant_states: BTreeMap<GrantId, GrantState>,
    pub(super) grant_changes: BTreeMap<GrantId, GrantChange>,
    pub(super) uses: BTreeMap<TokenId, TokenUse>,
    /// By how much the numbers of live tokens change.
    pub(super) tally: Sums,
    pub(super) events: Vec<&'c Event>,
    /// Writes of entities with the place of their command: what they change, only the database knows.
    pub(super) entities: Vec<(usize, &'c Write)>,
}

/// Outcomes in the order of the commands, and what the winners write.
pub(super) struct Plan<'c> {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) effects: Effects<'c>,
}

impl<'c> Plan<'c> {
    /// Of these commands over these rows, at this moment.
    pub(super) fn of(commands: &[&'c Command], known: Known<'c>, now: Timestamp) -> Self {
        let mut table = Table { known, effects: Effects::default(), now };
        let outcomes = commands.iter().enumerate().map(|(place, command)| table.play(place, command)).collect();
        Self { outcomes, effects: table.effects }
    }
}

/// The rows as they are after the commands played so far.
struct Table<'c> {
    known: Known<'c>,
    effects: Effects<'c>,
    /// For new entries, whose writes do not contain their time.
    now: Timestamp,
}

impl<'c> Table<'c> {
    fn play(&mut self, place: usize, command: &'c Command) -> Outcome {
        // All that can lose is asked before anything is written: there is nothing to take back.
        if let Err(lost) = self.check(command) {
            return Outcome::Lost(lost);
        }
        match &command.when {
            Some(Precondition::Consume { kind, key, now }) => self.use_up(single_use_id(*kind, *key), *now),
            Some(Precondition::Claim(entry)) => self.put_single_use(entry),
            Some(Precondition::Rotate { token, to, at }) => {
                self.set_token(*token, TokenState::Rotated { at: *at, to: *to });
            }
            Some(Precondition::Active(_) | Precondition::Unchanged(_)) | None => {}
        }
        let changed = command.writes.iter().map(|write| u64::from(self.write(place, write))).sum();
        // A token's family may come after it in its command.
        for write in &command.writes {
            if let Write::Token { token, .. } = write {
                self.count(token.id);
            }
        }
        Outcome::Done { changed }
    }

    fn check(&self, command: &Command) -> Result<(), Lost> {
        let mut claimed = None;
        match &command.when {
            Some(Precondition::Consume { kind, key, now }) => self.check_unused(single_use_id(*kind, *key), *now)?,
            // A claim is made at the moment of its use.
            Some(Precondition::Claim(entry)) => {
                self.check_free(entry, entry.used.unwrap_or_default(), &[])?;
                claimed = Some(&**entry);
            }
            Some(Precondition::Rotate { token, .. } | Precondition::Active(token)) => self.check_active(*token)?,
            Some(Precondition::Unchanged(read)) => read.iter().try_for_each(|read| self.check_unchanged(read))?,
            None => {}
        }
        let mut own: Vec<&SingleUse> = claimed.into_iter().collect();
        for write in &command.writes {
            if let Write::SingleUse(entry) = write {
                self.check_free(entry, self.now, &own)?;
                own.push(entry);
            }
        }
        Ok(())
    }

    fn check_unused(&self, id: SingleUseId, now: Timestamp) -> Result<(), Lost> {
        match self.known.single_use.get(&id) {
            None => Err(Lost::Missing),
            Some(entry) if entry.used.is_some() => Err(Lost::Used(Box::new(entry.clone().into_owned()))),
            Some(entry) if entry.expires <= now => Err(Lost::Expired),
            Some(_) => Ok(()),
        }
    }

    /// A new entry replaces one that has expired, and no other. `own`: what the same command writes before.
    fn check_free(&self, entry: &SingleUse, now: Timestamp, own: &[&SingleUse]) -> Result<(), Lost> {
        let id = id_of(entry);
        let own = own.iter().rev().copied().find(|other| id_of(other) == id);
        match own.or_else(|| self.known.single_use.get(&id).map(|known| &**known)) {
            Some(old) if old.expires > now => Err(Lost::Exists),
            _ => Ok(()),
        }
    }

    fn check_unchanged(&self, read: &Record) -> Result<(), Lost> {
        if self.known.records.get(&RecordId::of(read)) == Some(read) { Ok(()) } else { Err(Lost::Changed) }
    }

    fn check_active(&self, token: TokenId) -> Result<(), Lost> {
        match self.state(token) {
            None => Err(Lost::Missing),
            Some(TokenState::Active) => Ok(()),
            Some(state) => Err(Lost::NotActive(state)),
        }
    }

    /// Whether the write changed a row that counts.
    fn write(&mut self, place: usize, write: &'c Write) -> bool {
        match write {
            Write::Token { token, alias } => self.add_token(token, alias.as_ref()),
            Write::Grant(grant) => {
                self.known.grants.insert(grant.id, grant.state);
                self.effects.grants.push(grant);
            }
            Write::SingleUse(entry) => self.put_single_use(entry),
            Write::Event(event) => self.effects.events.push(event),
            Write::RevokeToken { id, at, why } => {
                let open = !matches!(self.state(*id), None | Some(TokenState::Revoked { .. }));
                if open {
                    self.set_token(*id, TokenState::Revoked { at: *at, why: *why });
                }
                return open;
            }
            Write::RevokeGrant { id, at, why } => {
                let open = self.known.grants.get(id) == Some(&GrantState::Active);
                if open {
                    let state = GrantState::Revoked { at: *at, why: *why };
                    self.known.grants.insert(*id, state);
                    self.effects.grant_states.insert(*id, state);
                    for member in self.known.members.remove(id).unwrap_or_default() {
                        self.count(member);
                    }
                }
                return open;
            }
            Write::AmendToken { id, change } => {
                let active = self.state(*id) == Some(TokenState::Active);
                if active {
                    merge(self.effects.token_changes.entry(*id).or_default(), change);
                    if let Some(expires) = change.expires {
                        self.move_token(*id, expires);
                    }
                    if let (Some(text), Some(token)) = (&change.text, self.known.tokens.get(id)) {
                        self.effects.token_texts.insert(*id, (token.slot.service, text));
                    }
                }
                return active;
            }
            Write::AmendGrant { id, change } => {
                let active = self.known.grants.get(id) == Some(&GrantState::Active);
                if active {
                    merge_grant(self.effects.grant_changes.entry(*id).or_default(), change);
                }
                return active;
            }
            Write::Used(one) => match self.effects.uses.get_mut(&one.token) {
                Some(known) => known.add(one),
                None => {
                    self.effects.uses.insert(one.token, (**one).clone());
                }
            },
            other => {
                known_record::replay(&mut self.known.records, other);
                self.effects.entities.push((place, other));
            }
        }
        false
    }

    fn add_token(&mut self, token: &'c Token, alias: Option<&'c [u8; 32]>) {
        self.known.tokens.insert(token.id, KnownToken::new(token));
        if let Some(grant) = token.grant {
            self.known.members.entry(grant).or_default().push(token.id);
        }
        self.effects.tokens.push(token);
        self.effects.aliases.extend(alias.map(|alias| (token, alias)));
    }

    fn set_token(&mut self, id: TokenId, state: TokenState) {
        if let Some(token) = self.known.tokens.get_mut(&id) {
            token.state = state;
        }
        self.effects.token_states.insert(id, state);
        self.count(id);
    }

    fn state(&self, id: TokenId) -> Option<TokenState> {
        self.known.tokens.get(&id).map(|token| token.state)
    }

    /// Ensures that the tally counts a token as long as it and its family are active.
    fn count(&mut self, id: TokenId) {
        let grant = self.known.tokens.get(&id).and_then(|token| token.grant);
        let alive = self.known.is_alive(grant);
        let Some(token) = self.known.tokens.get_mut(&id) else { return };
        let counts = token.state == TokenState::Active && alive;
        if counts != token.counts {
            token.counts = counts;
            self.effects.tally.add(&token.slot, if counts { 1 } else { -1 });
        }
    }

    fn move_token(&mut self, id: TokenId, expires: Option<Timestamp>) {
        let Some(token) = self.known.tokens.get_mut(&id) else { return };
        if token.counts {
            self.effects.tally.add(&token.slot, -1);
        }
        token.slot.move_to(id.sql(), expires.map(Timestamp::millis));
        if token.counts {
            self.effects.tally.add(&token.slot, 1);
        }
    }

    fn use_up(&mut self, id: SingleUseId, now: Timestamp) {
        if let Some(entry) = self.known.single_use.get_mut(&id) {
            entry.to_mut().used = Some(now);
            self.effects.single_uses_used.insert(id, now);
        }
    }

    fn put_single_use(&mut self, entry: &'c SingleUse) {
        let id = id_of(entry);
        let is_row = self.known.single_use.contains_key(&id) && !self.effects.single_uses_new.contains_key(&id);
        let place = if is_row { &mut self.effects.single_uses_replaced } else { &mut self.effects.single_uses_new };
        place.insert(id, entry);
        self.effects.single_uses_used.remove(&id);
        self.known.single_use.insert(id, Cow::Borrowed(entry));
    }
}

/// What is changed later wins.
fn merge(all: &mut TokenChange, later: &TokenChange) {
    all.scope = later.scope.clone().or_else(|| all.scope.take());
    all.expires = later.expires.or(all.expires);
    all.binding = later.binding.or(all.binding);
    all.details = later.details.clone().or_else(|| all.details.take());
}

/// The same of a family.
fn merge_grant(all: &mut GrantChange, later: &GrantChange) {
    all.scope = later.scope.clone().or_else(|| all.scope.take());
    all.expires = later.expires.or(all.expires);
    all.binding = later.binding.or(all.binding);
    all.details = later.details.clone().or_else(|| all.details.take());
}
