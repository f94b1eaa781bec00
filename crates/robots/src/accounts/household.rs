//! The person of the mode without accounts: who sends a configured session token acts for the household.

use std::sync::Arc;

use crate::Robots;
use jeton_ledger::formats::jwt::new_jti;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{TokenId, UserKey};
use jeton_model::records::{Actor, Event, EventKind, User};
use jeton_model::refusals::{CONFLICT, NOT_FOUND};
use jeton_model::store::Write;

/// Their name; they have no password, so nobody signs in as them. A stored name: it never changes.
const NAME: &str = "robots-household";

impl Robots {
    /// The household; made at first use.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn household(&self) -> Result<Arc<User>, Refusal> {
        let service = self.settings().service;
        if let Some(user) = self.ledger.entities().user_by_name(service, NAME).await? {
            return Ok(user);
        }
        let user = self.new_user(NAME.to_owned(), None, serde_json::Map::new()).await?;
        match self.write_user(user, Actor::Configuration).await {
            // Another call was faster.
            Err(refusal) if !refusal.is(&CONFLICT) => Err(refusal),
            _ => self.ledger.entities().user_by_name(service, NAME).await?.ok_or_else(|| NOT_FOUND.with("user")),
        }
    }

    /// A person without rights, not written yet.
    pub(super) async fn new_user(
        &self,
        username: String,
        password: Option<String>,
        claims: serde_json::Map<String, serde_json::Value>,
    ) -> Result<User, Refusal> {
        let (key, now) = (self.ledger.new_number().await?, self.ledger.now());
        Ok(User {
            key: UserKey::new(key),
            service: self.settings().service,
            sub: new_jti(TokenId::new(key), self.ledger.entropy())?,
            username,
            password,
            enabled: true,
            roles: Vec::new(),
            groups: Vec::new(),
            claims,
            tokens_from: Timestamp::default(),
            api_tokens_from: None,
            created: now,
            updated: now,
        })
    }

    /// Writes a new person.
    ///
    /// # Errors
    /// [`CONFLICT`] when the name is taken; or when the store fails.
    pub(super) async fn write_user(&self, user: User, actor: Actor) -> Result<Arc<User>, Refusal> {
        let _turn = self.people.writes.lock().await;
        let mut event = Event::new(EventKind::UserPut, self.ledger.now(), Some(user.service), actor);
        event.user = Some(user.key);
        let written = Arc::new(user.clone());
        self.ledger.applied(vec![Write::User(Box::new(user)), Write::Event(Box::new(event))]).await?;
        Ok(written)
    }
}
