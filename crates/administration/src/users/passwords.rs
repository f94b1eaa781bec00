//! Changes by managers to a person's password or claims alone. And what ends when a password changes.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::NewUser;
use super::claims::made_sound;
use crate::{Administration, Caller};
use jeton_ledger::catalog::is_storable;
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::ids::ServiceId;
use jeton_model::records::{Actor, Event, EventKind, Reason, Subject, TokenKind, User};
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::store::{TokenFilter, Write};
use jeton_people::{hash_password, is_password};

/// What stays valid when a person's password changes, by whomever and however. Someone who knew the old password may have tokens:
/// so sessions, refresh tokens, access tokens and all other tokens of the person end with it, unless this says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepTokens {
    /// Nothing.
    #[default]
    None,
    /// API tokens.
    ApiTokens,
    /// Everything.
    All,
}

/// How long a change of a password waits until lists agree; the rest continues in the background.
const PATIENCE: Duration = Duration::from_secs(5);

impl Administration {
    /// Puts the password into a record that is about to be written in place of `old`; if it changed, also the time up to which
    /// tokens are inactive: both are one write, so that a crash or failure cannot separate them. Returns whether tokens end with
    /// it.
    ///
    /// A plain-text password that matches the stored hash is no change, and the hash stays. A different hash is a change: it is
    /// unknown which password it belongs to.
    pub(super) async fn put_password(
        &self,
        user: &mut User,
        password: Option<&Secret>,
        old: Option<&User>,
        keep: KeepTokens,
    ) -> Result<bool, Refusal> {
        let before = old.and_then(|old| old.password.as_ref());
        match password {
            Some(password) if is_password(&self.people, password, before.cloned()).await? => {
                user.password = before.cloned()
            }
            Some(password) => user.password = Some(hash_password(&self.people, password).await?),
            None => {}
        }
        let ends = old.is_some() && user.password.as_ref() != before && keep != KeepTokens::All;
        if ends {
            // API tokens keep their earlier time.
            user.api_tokens_from = match keep {
                KeepTokens::ApiTokens => Some(user.counts_from(TokenKind::Api)),
                _ => None,
            };
            // A token issued at this very moment may be an old one.
            user.tokens_from = self.ledger.now() + Duration::from_millis(1);
        }
        Ok(ends)
    }

    /// After the write of the new password, moves the time up to which tokens are inactive: tokens made during that write may
    /// know only the old password. Tokens made later are checked against the new record (`crates/ledger/src/ledger/check.rs`).
    ///
    /// # Errors
    /// When the store fails. Then the password is changed, and tokens issued before the request are inactive.
    pub(super) async fn end_later_ones(&self, caller: &Caller, user: &mut User) -> Result<(), Refusal> {
        let moment = self.ledger.now() + Duration::from_millis(1);
        let (mut attempts, mut old) = (Attempts::default(), user.clone());
        loop {
            let next = User { tokens_from: old.tokens_from.max(moment), ..old.clone() };
            let mut writes = vec![Write::User(Box::new(next.clone()))];
            if self.ledger.store().is_shared() {
                // Other nodes may have cached the first record. On one node the event of the first write suffices.
                let mut event =
                    Event::new(EventKind::UserPut, self.ledger.now(), Some(user.service), caller.administers()?);
                event.user = Some(user.key);
                writes.push(Write::Event(Box::new(event)));
            }
            if let Some(done) = attempts.unless_changed(self.ledger.put_over(Some(old), writes).await) {
                done?;
                *user = next;
                return Ok(());
            }
            // For a user who was deleted meanwhile nothing is left to end.
            let Some(now) = self.ledger.store().user(user.key).await? else { return Ok(()) };
            old = now;
        }
    }

    /// Revokes the rows of tokens that ended with a password, so that no list shows them and the clients of a session are
    /// notified. The tokens are already inactive, so no failure here fails the change: a crash or a store failure does not make
    /// them valid, and the caller does not wait for very many rows.
    pub(super) async fn end_with_password(&self, actor: Actor, user: &User, keep: KeepTokens) {
        let kinds = TokenKind::ALL.into_iter().filter(|kind| *kind != TokenKind::Api || keep == KeepTokens::None);
        let filter = TokenFilter {
            service: Some(user.service),
            kinds: kinds.collect(),
            subject: Some(Subject::User(user.key)),
            issued_before: Some(user.tokens_from),
            ..TokenFilter::default()
        };
        let why = Ending::new(Reason::SignedOut, actor).noting("a password was changed");
        let ended = self.ledger.revoke_matching(filter, why);
        if let Ok(Err(refusal)) = timeout(PATIENCE, ended).await {
            tracing::warn!(user = %user.key, %refusal, "the rows of tokens that are dead stay listed");
        }
    }

    /// Sets a person's password. If it changes, what was issued for them ends, by the rule of [`KeepTokens`].
    ///
    /// # Errors
    /// `NOT_FOUND`, `AUTHORITY_EXCEEDED`, or `INVALID` for a password that is empty or longer than 1024 bytes.
    pub async fn set_password(
        &self,
        caller: &Caller,
        service: ServiceId,
        username: &str,
        password: &Secret,
        keep: KeepTokens,
    ) -> Result<Arc<User>, Refusal> {
        if password.is_empty() || password.expose().len() > 1024 {
            return Err(invalid("password", "must be 1 to 1024 bytes"));
        }
        let turn = self.people.writes.lock().await;
        let mut attempts = Attempts::default();
        let (user, ends) = loop {
            let user = self.show_user(service, username).await?;
            let new = NewUser { user: user.clone(), password: Some(Secret::new(password.expose())) };
            if let Some(done) = attempts.unless_changed(self.written(caller, Some(user), new, keep).await) {
                break done?;
            }
        };
        drop(turn);
        if ends {
            self.end_with_password(caller.administers()?, &user, keep).await;
        }
        Ok(user)
    }

    /// Replaces a person's claims; `role` replaces the roles, which stay when it is absent.
    ///
    /// # Errors
    /// `NOT_FOUND`, `AUTHORITY_EXCEEDED`, or `INVALID` for a claim that the service does
    /// not know or that is too large.
    pub async fn set_claims(
        &self,
        caller: &Caller,
        service: ServiceId,
        username: &str,
        claims: Map<String, Value>,
    ) -> Result<User, Refusal> {
        let _turn = self.people.writes.lock().await;
        let mut attempts = Attempts::default();
        loop {
            let old = self.show_user(service, username).await?;
            self.may_write_user(caller, &old)?;
            let user = self.with_claims(old.clone(), claims.clone())?;
            self.may_write_user(caller, &user)?;
            if let Some(done) = attempts.unless_changed(self.replace_user(caller, old, user).await) {
                return done;
            }
        }
    }

    /// The person with these claims instead of the present ones, not written yet; `role` becomes the roles.
    ///
    /// # Errors
    /// `INVALID` for a claim that the service does not know or that is too large.
    pub fn with_claims(&self, mut user: User, mut claims: Map<String, Value>) -> Result<User, Refusal> {
        if let Some(roles) = claims.remove("role") {
            user.roles = match roles {
                Value::String(one) => vec![one],
                many => {
                    serde_json::from_value(many).map_err(|_| invalid("role", "must be a text or a list of texts"))?
                }
            };
        }
        self.check_claims(user.service, &claims)?;
        user.claims = claims;
        made_sound(&mut user)?;
        Ok(user)
    }

    /// Checks that people may have these claims.
    ///
    /// # Errors
    /// `INVALID` for a claim that the service does not know or that is too large.
    fn check_claims(&self, service: ServiceId, claims: &Map<String, Value>) -> Result<(), Refusal> {
        let catalog = self.ledger.entities().catalog(service);
        for (name, value) in claims {
            if name == "sub" || !catalog.has_claim(name) {
                return Err(invalid(name, "is no claim that people of this service have"));
            }
            if !is_storable(value) {
                return Err(invalid(name, "must be at most 4096 bytes"));
            }
        }
        Ok(())
    }
}
