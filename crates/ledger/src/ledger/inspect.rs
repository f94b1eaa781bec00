//! Inspect: the only code that decides whether a token is valid.

use std::sync::Arc;

use jeton_jose::digest::constant_time_eq;

use super::descent::{InvalidLineage, subject_of};
use super::touched::Touched;
use super::{Inactive, Inspection, Ledger, Verdict};
use crate::formats;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, GrantId, ServiceId, TokenId};
use jeton_model::records::{Client, Grant, Subject, Token};

impl Ledger {
    /// Whether a text is a valid token of a service now.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn inspect(&self, service: ServiceId, text: &str) -> Result<Verdict, Refusal> {
        let Some(token) = self.find(service, text).await? else {
            return Ok(Verdict::Inactive(Inactive::Unknown, None));
        };
        self.judge(token).await
    }

    /// The row of a presented text, valid or not; proven by its verifier, or by the signature of a signed copy
    /// (`signed_copy.rs`), never by its claims.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, service: ServiceId, text: &str) -> Result<Option<Arc<Token>>, Refusal> {
        match self.row_of_text(service, text).await? {
            None if !formats::is_reference(text) => self.row_of_copy(service, text).await,
            found => Ok(found),
        }
    }

    /// The row with this text.
    pub(super) async fn row_of_text(&self, service: ServiceId, text: &str) -> Result<Option<Arc<Token>>, Refusal> {
        let presented = formats::verifier(text);
        let is_its = |t: &Arc<Token>| constant_time_eq(&t.verifier.0, &presented.0);
        for id in self.secrets.rows_of(text) {
            let found = self.token_of(service, id).await?.filter(is_its);
            // A JWT that was made elsewhere may have a `jti` of the same form.
            if found.is_some() || formats::is_reference(text) {
                return Ok(found);
            }
        }
        self.find_by_hash(service, presented.0).await
    }

    /// The row whose text has this SHA-256, valid or not: of every token whose text was made elsewhere, and of every access and
    /// refresh token made while the service has `Settings::by_hash`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find_by_hash(&self, service: ServiceId, hash: [u8; 32]) -> Result<Option<Arc<Token>>, Refusal> {
        let found = self.store.token_by_alias(service, hash).await?;
        Ok(found.filter(|t| constant_time_eq(&t.verifier.0, &hash)).map(Arc::new))
    }

    /// Repeats the verdict from the store, where this node may not yet have read what another node ended.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn afresh(&self, live: Inspection) -> Result<Verdict, Refusal> {
        if !self.memory().freshness.may_lag() {
            return Ok(Verdict::Active(live));
        }
        Touched::behind(&live).forget(&self.store.memory);
        let Some(token) = self.token(live.token.id).await? else {
            return Ok(Verdict::Inactive(Inactive::Unknown, None));
        };
        self.judge(token).await
    }

    /// The verdict on a row.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn judge(&self, token: Arc<Token>) -> Result<Verdict, Refusal> {
        let now = self.now();
        let inactive = |why, token| Ok(Verdict::Inactive(why, Some(token)));
        if let Some(why) = Inactive::by_itself(&token, now) {
            return inactive(why, token);
        }
        if self.entities().service(token.service).is_none_or(|s| !s.enabled) {
            return inactive(Inactive::ServiceDisabled, token);
        }
        let invalid = match subject_of(&token) {
            Some(subject) => self.invalid_lineage_of(&token, subject, now).await?,
            None => None,
        };
        if let Some(InvalidLineage::Ended(_)) = invalid {
            return inactive(Inactive::GrantEnded, token);
        }
        let grant = match token.grant {
            None => None,
            Some(id) => match self.live_family(id, now).await? {
                Some(grant) => match invalid.or(self.invalid_lineage_of_family(&grant, now).await?) {
                    None => Some(grant),
                    Some(invalid) => return inactive(invalid.inactive(), token),
                },
                None => return inactive(Inactive::GrantEnded, token),
            },
        };
        if let Some(invalid) = invalid {
            return inactive(invalid.inactive(), token);
        }
        // Only a token that has not ended can be suspended; lists apply the same rule.
        if self.suspended().means(&token).await? {
            return inactive(Inactive::Suspended, token);
        }
        let client = match token.client {
            None => None,
            some => match self.client_of(some, token.issued).await? {
                Some(client) => Some(client),
                None => return inactive(Inactive::ClientGone, token),
            },
        };
        // A token that another client exchanged depends on the client of the original grant too.
        let first = grant.as_ref().and_then(|g| g.client).filter(|key| Some(*key) != token.client);
        if first.is_some() && self.client_of(first, token.issued).await?.is_none() {
            return inactive(Inactive::ClientGone, token);
        }
        // A token that another node made in an older family, before it read of the change of the password, counts as older than
        // the change.
        let since = grant.as_ref().map_or(token.issued, |family| family.created.min(token.issued));
        let user = match token.subject {
            Some(Subject::User(key)) => match self.entities().user(key).await? {
                Some(user) if user.enabled && user.counts_from(token.kind) <= since => Some(user),
                _ => return inactive(Inactive::UserGone, token),
            },
            _ => None,
        };
        Ok(Verdict::Active(Inspection { token, grant, client, user }))
    }

    /// Whether a suspension covers a token. For features that renew tokens which have ended by themselves: [`Self::judge`] says of
    /// those only that they have.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn is_suspended(&self, token: &Token) -> Result<bool, Refusal> {
        Ok(self.suspended().means(token).await?)
    }

    /// The client, if it is active and was not reset after this moment.
    pub(super) async fn client_of(
        &self,
        key: Option<ClientKey>,
        issued: Timestamp,
    ) -> Result<Option<Arc<Client>>, Refusal> {
        let Some(key) = key else { return Ok(None) };
        match self.entities().client(key).await? {
            Some(client) if client.tokens_from <= issued && self.entities().is_active(&client).await? => {
                Ok(Some(client))
            }
            _ => Ok(None),
        }
    }

    /// A row by number: from the cache while it is recent enough, else from the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token(&self, id: TokenId) -> Result<Option<Arc<Token>>, Refusal> {
        if self.memory().freshness.must_ask() {
            return Ok(self.store.token(id).await?.map(Arc::new));
        }
        Ok(self.memory().token_cache.token(&*self.store, id).await?)
    }

    /// The same of one service. A token of another one is as one that does not exist, in the time of the answer too.
    async fn token_of(&self, service: ServiceId, id: TokenId) -> Result<Option<Arc<Token>>, Refusal> {
        if self.memory().freshness.must_ask() {
            return Ok(self.store.token(id).await?.filter(|token| token.service == service).map(Arc::new));
        }
        Ok(self.memory().token_cache.token_of(&*self.store, service, id).await?)
    }

    /// A family by number, in the same way.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn grant(&self, id: GrantId) -> Result<Option<Arc<Grant>>, Refusal> {
        if self.memory().freshness.must_ask() {
            return Ok(self.store.grant(id).await?.map(Arc::new));
        }
        Ok(self.memory().token_cache.grant(&*self.store, id).await?)
    }

    /// A family that has not ended.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn live_family(&self, id: GrantId, now: Timestamp) -> Result<Option<Arc<Grant>>, Refusal> {
        Ok(self.grant(id).await?.filter(|grant| grant.is_alive(now)))
    }
}
