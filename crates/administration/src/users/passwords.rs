//! What managers change of a person alone: the password, the claims. And what ends with a password.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::NewUser;
use crate::{Administration, Caller};
use jeton_ledger::catalog::is_storable;
use jeton_ledger::ledger::{Anew, Ending};
use jeton_model::ids::ServiceId;
use jeton_model::records::{Event, EventKind, Reason, Subject, TokenKind, User};
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::store::{TokenFilter, Write};
use jeton_people::{hash_password, is_password};

/// What stays when a person's password changes, whoever changes it and however. Whoever knew the old one may hold tokens: so
/// sessions, refresh tokens, access tokens and all other tokens in the person's name end with it, unless this says otherwise.
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

/// How long a change of a password waits for the lists to agree; what is left goes on behind it.
const PATIENCE: Duration = Duration::from_secs(5);

impl Administration {
    /// Puts the password into a record that is about to be written in place of `old`, and, when it is another one, the moment
    /// before which tokens are dead: both are one write, so that no crash and no failure leaves one without the other. Returns
    /// whether tokens end with it.
    ///
    /// A password in the clear that the stored hash proves is no change, and the hash stays. A hash that reads differently is
    /// one: nobody can know what it is of.
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
            // API tokens keep the moment they had.
            user.api_tokens_from = match keep {
                KeepTokens::ApiTokens => Some(user.counts_from(TokenKind::Api)),
                _ => None,
            };
            // A token of this very moment may be an old one.
            user.tokens_from = self.ledger.now() + Duration::from_millis(1);
        }
        Ok(ends)
    }

    /// Moves the moment before which tokens are dead to after the write of the new password: what was made while that
    /// write was under way knew only the old one. Whatever is made later is held against the new record
    /// (`crates/ledger/src/ledger/check.rs`).
    ///
    /// # Errors
    /// When the store fails. The password is changed then, and what was issued before the change was asked for is dead.
    pub(super) async fn end_later_ones(&self, caller: &Caller, user: &mut User) -> Result<(), Refusal> {
        let moment = self.ledger.now() + Duration::from_millis(1);
        let (mut anew, mut old) = (Anew::default(), user.clone());
        loop {
            let next = User { tokens_from: old.tokens_from.max(moment), ..old.clone() };
            let mut writes = vec![Write::User(Box::new(next.clone()))];
            if self.ledger.store().is_shared() {
                // Other nodes remember the first record, perhaps. On one node the event of the first write says it all.
                let mut event =
                    Event::new(EventKind::UserPut, self.ledger.now(), Some(user.service), caller.administers()?);
                event.user = Some(user.key);
                writes.push(Write::Event(Box::new(event)));
            }
            if let Some(done) = anew.unless_changed(self.ledger.put_over(Some(old), writes).await) {
                done?;
                *user = next;
                return Ok(());
            }
            // Who was deleted meanwhile has nothing left to end.
            let Some(now) = self.ledger.store().user(user.key).await? else { return Ok(()) };
            old = now;
        }
    }

    /// Ends the rows of tokens that died with a password, so that no list shows them and the clients of a session are
    /// told. They are dead already, so nothing here can fail the change: what is left by a crash or a store that is
    /// away lives no longer for it, and who has very many is not waited for.
    pub(super) async fn end_with_password(&self, caller: &Caller, user: &User, keep: KeepTokens) {
        let kinds = TokenKind::ALL.into_iter().filter(|kind| *kind != TokenKind::Api || keep == KeepTokens::None);
        let filter = TokenFilter {
            service: Some(user.service),
            kinds: kinds.collect(),
            subject: Some(Subject::User(user.key)),
            issued_before: Some(user.tokens_from),
            ..TokenFilter::default()
        };
        let ended = self
            .ledger
            .revoke_matching(filter, Ending::new(Reason::SignedOut, caller.actor()).noting("a password was changed"));
        if let Ok(Err(refusal)) = timeout(PATIENCE, ended).await {
            tracing::warn!(user = %user.key, %refusal, "the rows of tokens that are dead stay listed");
        }
    }

    /// Gives a person a password. Another one than before ends what was issued in their name, by the rule of [`KeepTokens`].
    ///
    /// # Errors
    /// `NOT_FOUND`, `AUTHORITY_EXCEEDED`, or `INVALID` for a password that is empty or
    /// longer than 1024 bytes.
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
        let mut anew = Anew::default();
        let (user, ends) = loop {
            let user = self.show_user(service, username).await?;
            let new = NewUser { user: user.clone(), password: Some(Secret::new(password.expose())) };
            if let Some(done) = anew.unless_changed(self.written(caller, Some(user), new, keep).await) {
                break done?;
            }
        };
        drop(turn);
        if ends {
            self.end_with_password(caller, &user, keep).await;
        }
        Ok(user)
    }

    /// Replaces a person's claims; `role` replaces the roles and is left alone when it is absent.
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
        let mut anew = Anew::default();
        loop {
            let old = self.show_user(service, username).await?;
            self.may_write_user(caller, &old)?;
            let user = self.with_claims(old.clone(), claims.clone())?;
            self.may_write_user(caller, &user)?;
            if let Some(done) = anew.unless_changed(self.replace_user(caller, old, user).await) {
                return done;
            }
        }
    }

    /// A person with these claims in the place of others, not written yet; `role` becomes the roles.
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
        Ok(user)
    }

    /// Says whether people may have these claims.
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
