//! Users: create, list, show, update, delete.

mod claims;
mod document;
mod groups;
mod passwords;
mod sign_up;

use std::sync::Arc;

use jeton_jose::Secret;

use crate::named::is_name;
use crate::{Administration, Caller};
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::ids::{ServiceId, UserKey};
use jeton_model::records::{Actor, Event, EventKind, User};
use jeton_model::refusals::{CONFLICT, NOT_FOUND};
use jeton_model::store::{Listing, Page, Write};

pub use document::{read_user, user_document};
pub use passwords::KeepTokens;
pub use sign_up::SignUp;

/// A user to write, with the password to hash.
#[derive(Clone)]
pub struct NewUser {
    /// The record; number and times are set by the ledger, `sub` when it is empty.
    pub user: User,
    /// Their password; none keeps the stored one (or the one in `user.password`).
    pub password: Option<Secret>,
}

impl Administration {
    /// As [`Self::put_user_keeping`], keeping nothing: another password ends all tokens.
    ///
    /// # Errors
    /// As [`Self::put_user_keeping`].
    pub async fn put_user(&self, caller: &Caller, new: NewUser, replace: bool) -> Result<Arc<User>, Refusal> {
        self.put_user_keeping(caller, new, replace, KeepTokens::None).await
    }

    /// Creates a user, or, if `replace` is set, replaces the one with the same name. A changed password ends what was issued for
    /// the person, except what `keep` says.
    ///
    /// # Errors
    /// [`CONFLICT`] when name or `sub` is taken; `AUTHORITY_EXCEEDED` when the roles give more rights than the caller has, before
    /// or after.
    pub async fn put_user_keeping(
        &self,
        caller: &Caller,
        new: NewUser,
        replace: bool,
        keep: KeepTokens,
    ) -> Result<Arc<User>, Refusal> {
        self.put_user_with(caller, new, (replace, keep), |_, _| ()).await
    }

    /// Writes a user of the configuration: creates them, or replaces the stored one. `enabled`: the value in the configuration;
    /// none leaves a disabled user disabled. A changed password ends tokens as in [`Self::put_user_keeping`].
    ///
    /// # Errors
    /// As [`Self::put_user_keeping`].
    pub async fn declare_user(
        &self,
        caller: &Caller,
        new: NewUser,
        enabled: Option<bool>,
        keep: KeepTokens,
    ) -> Result<Arc<User>, Refusal> {
        let kept = |user: &mut User, old: &User| user.enabled = enabled.unwrap_or(old.enabled);
        self.put_user_with(caller, new, (true, keep), kept).await
    }

    /// The same as [`Self::put_user_keeping`]; `amend` changes the record with regard to the stored one.
    async fn put_user_with(
        &self,
        caller: &Caller,
        new: NewUser,
        (replace, keep): (bool, KeepTokens),
        amend: impl Fn(&mut User, &User) + Send + Sync,
    ) -> Result<Arc<User>, Refusal> {
        let turn = self.people.writes.lock().await;
        let mut attempts = Attempts::default();
        let (user, ends) = loop {
            let known = self.ledger.store().user_by_name(new.user.service, &new.user.username).await?;
            if known.is_some() && !replace {
                return Err(CONFLICT.with("username"));
            }
            let mut new = new.clone();
            if let Some(old) = &known {
                amend(&mut new.user, old);
            }
            let written = self.written(caller, known, new, keep).await;
            if let Some(done) = attempts.unless_changed(written) {
                break done?;
            }
        };
        drop(turn);
        if ends {
            self.end_with_password(caller.administers()?, &user, keep).await;
        }
        Ok(user)
    }

    /// The first half: writes the record in place of the one that was read; returns whether tokens ended with it. The caller
    /// holds the lock for writing users.
    async fn written(
        &self,
        caller: &Caller,
        known: Option<User>,
        new: NewUser,
        keep: KeepTokens,
    ) -> Result<(Arc<User>, bool), Refusal> {
        let NewUser { mut user, password } = new;
        let now = self.ledger.now();
        match &known {
            Some(old) => {
                self.may_write_user(caller, old)?;
                (user.key, user.created) = (old.key, old.created);
                (user.tokens_from, user.api_tokens_from) = (old.tokens_from, old.api_tokens_from);
                if user.sub.is_empty() {
                    user.sub.clone_from(&old.sub);
                }
                if user.password.is_none() {
                    user.password.clone_from(&old.password);
                }
            }
            None => user = self.numbered(user).await?,
        }
        self.may_write_user(caller, &user)?;
        let ends = self.put_password(&mut user, password.as_ref(), known.as_ref(), keep).await?;
        user.updated = known.as_ref().map_or(now, |old| old.updated);
        if known.as_ref() == Some(&user) {
            return Ok((Arc::new(user), false));
        }
        user.updated = now;
        let write = Write::User(Box::new(user.clone()));
        self.write_user(caller.administers()?, EventKind::UserPut, known, (user.key, user.service), write).await?;
        if ends {
            self.end_later_ones(caller, &mut user).await?;
        }
        Ok((Arc::new(user), ends))
    }

    /// Writes a record that was read and changed.
    async fn replace_user(&self, caller: &Caller, old: User, user: User) -> Result<User, Refusal> {
        let user = User { updated: self.ledger.now(), ..user };
        let write = Write::User(Box::new(user.clone()));
        let actor = caller.administers()?;
        self.write_user(actor, EventKind::UserPut, Some(old), (user.key, user.service), write).await?;
        Ok(user)
    }

    /// Deletes a user; their tokens are inactive from then on.
    ///
    /// # Errors
    /// [`NOT_FOUND`], `AUTHORITY_EXCEEDED`.
    pub async fn delete_user(&self, caller: &Caller, service: ServiceId, username: &str) -> Result<(), Refusal> {
        let _turn = self.people.writes.lock().await;
        let mut attempts = Attempts::default();
        loop {
            let user = self.show_user(service, username).await?;
            self.may_write_user(caller, &user)?;
            let (key, write, actor) = (user.key, Write::DeleteUser(user.key), caller.administers()?);
            let deleted = self.write_user(actor, EventKind::UserDeleted, Some(user), (key, service), write).await;
            if let Some(done) = attempts.unless_changed(deleted) {
                return done;
            }
        }
    }

    /// One user.
    ///
    /// # Errors
    /// [`NOT_FOUND`].
    pub async fn show_user(&self, service: ServiceId, username: &str) -> Result<User, Refusal> {
        self.ledger.store().user_by_name(service, username).await?.ok_or_else(|| NOT_FOUND.with("user"))
    }

    /// A person by `sub`.
    ///
    /// # Errors
    /// [`NOT_FOUND`], or when the store fails.
    pub async fn person_by_sub(&self, caller: &Caller, service: ServiceId, sub: &str) -> Result<Arc<User>, Refusal> {
        caller.reads()?;
        let found = if is_name(sub) { self.ledger.entities().user_by_sub(service, sub).await? } else { None };
        found.ok_or_else(|| NOT_FOUND.with("user"))
    }

    /// A page of users.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn users(&self, service: ServiceId, page: Page) -> Result<Listing<User>, Refusal> {
        Ok(self.ledger.store().users(service, page).await?)
    }

    /// Checks that a caller may create or change this person.
    ///
    /// # Errors
    /// `AUTHORITY_EXCEEDED`.
    fn may_write_user(&self, caller: &Caller, user: &User) -> Result<(), Refusal> {
        let service = self.ledger.entities().service(user.service);
        caller.may_write_user(user, service.as_ref().map_or(&[], |s| &s.settings.show_values_to))
    }

    /// A new person with number, time and, unless the record has one, `sub`.
    async fn numbered(&self, user: User) -> Result<User, Refusal> {
        let (number, now) = (self.ledger.new_number().await?, self.ledger.now());
        let sub = match user.sub.is_empty() {
            true => self.ledger.secrets().jti(number, self.ledger.entropy())?,
            false => user.sub,
        };
        Ok(User { key: UserKey::new(number), sub, created: now, updated: now, ..user })
    }

    /// Writes a person's record with its event. Every way to create, change or delete a person ends here.
    async fn write_user(
        &self,
        actor: Actor,
        kind: EventKind,
        old: Option<User>,
        (key, service): (UserKey, ServiceId),
        write: Write,
    ) -> Result<(), Refusal> {
        let mut event = Event::new(kind, self.ledger.now(), Some(service), actor);
        event.user = Some(key);
        let user = match &write {
            Write::User(user) => Some(User::clone(user)),
            _ => None,
        };
        match (self.ledger.put_over(old, vec![write, Write::Event(Box::new(event))]).await, user) {
            (Err(refusal), Some(user)) if refusal.is(&CONFLICT) => Err(self.says_what(refusal, &user).await?),
            (done, _) => done,
        }
    }

    /// A conflict, with what another person has already.
    async fn says_what(&self, refusal: Refusal, user: &User) -> Result<Refusal, Refusal> {
        let (store, is_other) =
            (self.ledger.store(), |found: Option<User>| found.is_some_and(|one| one.key != user.key));
        if is_other(store.user_by_sub(user.service, &user.sub).await?) {
            return Ok(CONFLICT.with("sub"));
        }
        if let Some(phone) = user.phone()
            && is_other(store.user_by_phone(user.service, &phone).await?)
        {
            return Ok(CONFLICT.with("verified phone_number"));
        }
        Ok(refusal)
    }
}
