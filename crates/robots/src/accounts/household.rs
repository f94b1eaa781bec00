//! The person of the mode without accounts: who sends a configured session token acts for the household.

use std::sync::Arc;

use crate::Robots;
use jeton_administration::{Caller, NewUser};
use jeton_model::Refusal;
use jeton_model::records::User;
use jeton_model::refusals::{CONFLICT, NOT_FOUND};

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
        let new = NewUser { user: User::named(service, NAME), password: None };
        match self.administration.put_user(&Caller::configuration(), new, false).await {
            // Another call was faster.
            Err(refusal) if !refusal.is(&CONFLICT) => Err(refusal),
            _ => self.ledger.entities().user_by_name(service, NAME).await?.ok_or_else(|| NOT_FOUND.with("user")),
        }
    }
}
