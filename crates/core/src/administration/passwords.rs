//! What managers change of a person alone: the password, the claims.

use jeton_jose::Secret;
use serde_json::{Map, Value};

use super::AdminCaller;
use super::members::invalid;
use crate::Ledger;
use crate::catalog::is_storable;
use crate::ids::ServiceId;
use crate::model::User;
use crate::people::hash_password;
use crate::refusal::Refusal;

impl Ledger {
    /// Gives a person a new password and signs him out everywhere: whoever knew the old one may hold tokens.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::AuthorityExceeded`], or [`Refusal::Invalid`] for a password that is empty or longer than 1024 bytes.
    pub async fn set_password(
        &self,
        caller: &AdminCaller,
        service: ServiceId,
        username: &str,
        password: &Secret,
    ) -> Result<User, Refusal> {
        if password.is_empty() || password.expose().len() > 1024 {
            return Err(invalid("password", "must be 1 to 1024 bytes"));
        }
        let mut user = self.show_user(service, username).await?;
        self.may_write_user(caller, &user)?;
        user.password = Some(hash_password(self, password).await?);
        // A token of this very moment may be an old one.
        user.tokens_from = self.now() + std::time::Duration::from_millis(1);
        self.replace_user(caller, user).await
    }

    /// Replaces a person's claims; `role` replaces the roles and is left alone when it is absent.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::AuthorityExceeded`], or [`Refusal::Invalid`] for a claim that the service does not know or that is too large.
    pub async fn set_claims(
        &self,
        caller: &AdminCaller,
        service: ServiceId,
        username: &str,
        claims: Map<String, Value>,
    ) -> Result<User, Refusal> {
        let user = self.show_user(service, username).await?;
        self.may_write_user(caller, &user)?;
        let user = self.with_claims(user, claims)?;
        self.may_write_user(caller, &user)?;
        self.replace_user(caller, user).await
    }

    /// A person with these claims in the place of others, not written yet; `role` becomes the roles.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a claim that the service does not know or that is too large.
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
    /// [`Refusal::Invalid`] for a claim that the service does not know or that is too large.
    fn check_claims(&self, service: ServiceId, claims: &Map<String, Value>) -> Result<(), Refusal> {
        let catalog = self.directory().catalog(service);
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
