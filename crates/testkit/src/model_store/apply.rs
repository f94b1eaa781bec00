//! Commands: all or nothing, in order.

use jeton_core::Timestamp;
use jeton_core::model::{GrantState, SingleUse, TokenFormat, TokenState};
use jeton_core::store::{Command, GrantChange, Lost, NewText, Outcome, Precondition, Record, TokenChange, Write};

use super::state::State;
use super::unique;

impl State {
    /// Applies the command, or leaves everything unchanged and returns why.
    pub fn apply(&mut self, command: &Command) -> Outcome {
        let mut copy = self.clone();
        match copy.run(command) {
            Ok(changed) => {
                *self = copy;
                Outcome::Done { changed }
            }
            Err(lost) => Outcome::Lost(lost),
        }
    }

    fn run(&mut self, command: &Command) -> Result<u64, Lost> {
        if let Some(when) = &command.when {
            self.require(when)?;
        }
        let mut changed = 0;
        for write in &command.writes {
            changed += u64::from(self.write(write)?);
        }
        Ok(changed)
    }

    fn require(&mut self, when: &Precondition) -> Result<(), Lost> {
        match when {
            Precondition::Consume { kind, key, now } => {
                let entry = self.single_uses.get_mut(&(kind.sql(), *key)).ok_or(Lost::Missing)?;
                if entry.used.is_some() {
                    return Err(Lost::Used(Box::new(entry.clone())));
                }
                if entry.expires <= *now {
                    return Err(Lost::Expired);
                }
                entry.used = Some(*now);
            }
            // A claim is made at the moment of its use.
            Precondition::Claim(entry) => self.put_single_use(entry, entry.used.unwrap_or_default())?,
            Precondition::Rotate { token, to, at } => {
                let token = self.tokens.get_mut(token).ok_or(Lost::Missing)?;
                if token.state != TokenState::Active {
                    return Err(Lost::NotActive(token.state));
                }
                token.state = TokenState::Rotated { at: *at, to: *to };
            }
            Precondition::Active(token) => {
                let token = self.tokens.get(token).ok_or(Lost::Missing)?;
                if token.state != TokenState::Active {
                    return Err(Lost::NotActive(token.state));
                }
            }
            Precondition::Unchanged(records) if records.iter().all(|record| self.holds(record)) => {}
            Precondition::Unchanged(_) => return Err(Lost::Changed),
        }
        Ok(())
    }

    fn holds(&self, record: &Record) -> bool {
        match record {
            Record::Service(service) => self.services.get(&service.id) == Some(service),
            Record::Client(client) => self.clients.get(&client.key) == Some(client),
            Record::User(user) => self.users.get(&user.key) == Some(user),
            Record::Device(device) => self.devices.get(&device.id) == Some(device),
            Record::Document(document) => self.documents.values().any(|known| *known == **document),
        }
    }

    /// Whether the write changed a row that it counts.
    fn write(&mut self, write: &Write) -> Result<bool, Lost> {
        match write {
            Write::Token { token, alias } => {
                unique::insert(&mut self.tokens, token.id, (**token).clone())?;
                if let Some(alias) = alias {
                    unique::insert(&mut self.aliases, (token.service, *alias), token.id)?;
                }
            }
            Write::Grant(grant) => unique::insert(&mut self.grants, grant.id, (**grant).clone())?,
            Write::SingleUse(entry) => self.put_single_use(entry, crate::sample::T0)?,
            Write::DropSingleUse { kind, key } => return Ok(self.single_uses.remove(&(kind.sql(), *key)).is_some()),
            Write::Event(event) => self.events.push((**event).clone()),
            Write::RevokeToken { id, at, why } => {
                let open = |state| !matches!(state, TokenState::Revoked { .. });
                let token = self.tokens.get_mut(id).filter(|t| open(t.state));
                return Ok(token.map(|t| t.state = TokenState::Revoked { at: *at, why: *why }).is_some());
            }
            Write::RevokeGrant { id, at, why } => {
                let grant = self.grants.get_mut(id).filter(|g| !g.is_revoked());
                return Ok(grant.map(|g| g.state = GrantState::Revoked { at: *at, why: *why }).is_some());
            }
            Write::AmendToken { id, change } => {
                let Some(t) = self.tokens.get_mut(id).filter(|t| t.state == TokenState::Active) else {
                    return Ok(false);
                };
                let TokenChange { scope, expires, binding, details, text } = (**change).clone();
                t.scope = scope.unwrap_or_else(|| t.scope.clone());
                t.expires = expires.unwrap_or(t.expires);
                t.binding = binding.or(t.binding);
                t.details = details.or_else(|| t.details.clone());
                if let Some(NewText { verifier, alias }) = text {
                    (t.verifier, t.format) = (verifier, TokenFormat::Opaque);
                    let service = t.service;
                    self.aliases.retain(|_, token| token != id);
                    if let Some(alias) = alias {
                        unique::insert(&mut self.aliases, (service, alias), *id)?;
                    }
                }
                return Ok(true);
            }
            Write::AmendGrant { id, change } => {
                let Some(g) = self.grants.get_mut(id).filter(|g| !g.is_revoked()) else { return Ok(false) };
                let GrantChange { scope, expires, binding, details } = (**change).clone();
                g.scope = scope.unwrap_or_else(|| g.scope.clone());
                g.expires = expires.unwrap_or(g.expires);
                g.binding = binding.or(g.binding);
                g.details = details.or_else(|| g.details.clone());
                return Ok(true);
            }
            Write::Used(used) => {
                let add = |known: &mut jeton_core::model::TokenUse| known.add(used);
                self.uses.entry(used.token).and_modify(add).or_insert_with(|| (**used).clone());
            }
            Write::Client(c) => unique::put(&mut self.clients, c.key, c, |c| [(c.service, c.client_id.clone())])?,
            Write::User(u) => {
                let names = |u: &jeton_core::model::User| {
                    // A user without a telephone number must not conflict with others.
                    let phone = u.phone().map_or_else(|| u.key.to_string(), |phone| phone.as_str().to_owned());
                    [(u.service, "name", u.name_key()), (u.service, "sub", u.sub.clone()), (u.service, "phone", phone)]
                };
                unique::put(&mut self.users, u.key, u, names)?;
            }
            Write::Service(s) => unique::put(&mut self.services, s.id, s, |s| [s.issuer.clone()])?,
            Write::Key(k) => unique::put(&mut self.keys, k.id, k, |k| [(k.service, k.alg.clone(), k.generation)])?,
            Write::Device(d) => unique::put(&mut self.devices, d.id, d, |d| [(d.service, d.name.clone())])?,
            Write::Document(d) => {
                let same = |o: &jeton_core::model::Document| {
                    (o.service, o.kind, &o.owner, &o.name) == (d.service, d.kind, &d.owner, &d.name)
                };
                self.documents.retain(|_, other| !same(other));
                self.documents.insert(d.id, (**d).clone());
            }
            Write::DeleteClient(key) => return Ok(self.clients.remove(key).is_some()),
            Write::DeleteUser(key) => return Ok(self.users.remove(key).is_some()),
            Write::DeleteKey(id) => return Ok(self.keys.remove(id).is_some()),
            Write::DeleteDocument(id) => return Ok(self.documents.remove(id).is_some()),
        }
        Ok(false)
    }

    /// A new entry replaces one that has expired, and no other.
    fn put_single_use(&mut self, entry: &SingleUse, now: Timestamp) -> Result<(), Lost> {
        if self.single_use(entry.kind, entry.key).is_some_and(|old| old.expires > now) {
            return Err(Lost::Exists);
        }
        self.single_uses.insert((entry.kind.sql(), entry.key), entry.clone());
        Ok(())
    }
}
