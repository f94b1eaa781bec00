//! People who make their accounts themselves.

use std::sync::Arc;

use super::NewUser;
use crate::Administration;
use jeton_model::Refusal;
use jeton_model::records::{Actor, EventKind, User};
use jeton_model::refusals::CONFLICT;
use jeton_model::store::Write;
use jeton_people::hash_password;

/// Makes accounts for people who ask for them. Whether somebody may do that is decided before.
pub struct SignUp<'a>(pub &'a Administration);

impl SignUp<'_> {
    /// Creates an account, whatever the record says without roles and groups: nobody vouches for its person.
    ///
    /// # Errors
    /// [`CONFLICT`] when name or `sub` is taken; `BUSY` when too many passwords wait to be hashed; or when the store fails.
    pub async fn create(&self, new: NewUser) -> Result<Arc<User>, Refusal> {
        let administration = self.0;
        let NewUser { user, password } = new;
        let mut user = User { roles: Vec::new(), groups: Vec::new(), ..user };
        if let Some(password) = &password {
            user.password = Some(hash_password(&administration.people, password).await?);
        }
        let _turn = administration.people.writes.lock().await;
        if administration.ledger.store().user_by_name(user.service, &user.username).await?.is_some() {
            return Err(CONFLICT.with("username"));
        }
        let user = administration.numbered(user).await?;
        let (write, ids) = (Write::User(Box::new(user.clone())), (user.key, user.service));
        administration.write_user(Actor::User(user.key), EventKind::UserPut, None, ids, write).await?;
        Ok(Arc::new(user))
    }
}
