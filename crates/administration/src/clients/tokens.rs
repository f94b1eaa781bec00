//! Operations on all tokens of a client (`docs/contracts/indigo-iam.md` section 5).

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;

use super::NewClient;
use crate::tokens::TokenList;
use crate::{Administration, Caller, named};
use jeton_ledger::ledger::{Attempts, Plan, RevocationScope, TokenPlan};
use jeton_ledger::refusals::plan_exceeded;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Client, EventKind, Service, Token, TokenFormat, TokenKind};
use jeton_model::refusals::{INVALID, NOT_FOUND, RECORD_CHANGED};
use jeton_model::scope::Scope;
use jeton_model::store::{Page, TokenFilter, Write};

impl Administration {
    /// Ends every token of a client in a list; a refresh token ends its family. Returns how many.
    ///
    /// # Errors
    /// [`NOT_FOUND`] for the client; as [`Ledger::revoke_matching`].
    pub async fn end_tokens_of_client(
        &self,
        caller: &Caller,
        service: ServiceId,
        client_id: &str,
        list: TokenList,
    ) -> Result<u64, Refusal> {
        let client = named::client(&self.ledger, service, client_id).await?;
        let filter = TokenFilter { client: Some(client.key), ..list.live(service, self.ledger.now()) };
        self.tokens
            .end_matching(caller, filter, ("an administrator ended a client's tokens", RevocationScope::Family))
            .await
    }

    /// Ends all tokens of a client, registration tokens too, and gives it a new secret if it has one.
    ///
    /// # Errors
    /// As [`Self::end_tokens_of_client`].
    pub async fn reset_client(
        &self,
        caller: &Caller,
        service: ServiceId,
        client_id: &str,
    ) -> Result<(Arc<Client>, Option<Secret>), Refusal> {
        let mut attempts = Attempts::default();
        let (client, secret) = loop {
            let reset = self.reset_record(caller, self.show_client(service, client_id).await?).await;
            if let Some(done) = attempts.unless_changed(reset) {
                break done?;
            }
        };
        let client = self.end_later_tokens(caller, client).await?;
        let filter = TokenFilter { client: Some(client.key), ..TokenList::EVERY.of(service) };
        self.tokens.end_matching(caller, filter, ("an administrator reset a client", RevocationScope::Family)).await?;
        Ok((Arc::new(client), secret))
    }

    /// The time from which no node uses the old record. A token issued at that very moment may be an old one.
    fn after_other_nodes(&self) -> Timestamp {
        self.ledger.now() + self.ledger.remembered().bound + Duration::from_millis(1)
    }

    /// After the client was written, moves the time up to which its tokens are inactive: until that write other nodes used the
    /// old record.
    async fn end_later_tokens(&self, caller: &Caller, client: Client) -> Result<Client, Refusal> {
        if !self.ledger.store().is_shared() {
            return Ok(client);
        }
        let moved = Client { tokens_from: self.after_other_nodes(), ..client.clone() };
        let write = Write::Client(Box::new(moved.clone()));
        match self
            .write_client((caller.administers()?, EventKind::ClientPut), Some(client.clone()), &moved, vec![write])
            .await
        {
            // Another request that changed it meanwhile had read the new record.
            Err(refusal) if refusal.is(&RECORD_CHANGED) => Ok(client),
            done => done.map(|()| moved),
        }
    }

    async fn reset_record(&self, caller: &Caller, old: Client) -> Result<(Client, Option<Secret>), Refusal> {
        caller.may_write_client(&old)?;
        let secret = self.secret_for(&old).await?;
        let new = NewClient { client: old.clone(), secret: secret.clone() };
        let mut client = self.complete_client(new, Some(&old)).await?;
        // All tokens are inactive from here on; their rows are revoked next, so that no list shows them.
        (client.tokens_from, client.updated) = (self.after_other_nodes(), self.ledger.now());
        let write = Write::Client(Box::new(client.clone()));
        self.write_client((caller.administers()?, EventKind::ClientPut), Some(old), &client, vec![write]).await?;
        Ok((client, secret))
    }

    /// Enables or disables a client; while it is disabled it gets no tokens, and its tokens are inactive. Enabling a client whose
    /// owner is gone or disabled adopts it.
    ///
    /// # Errors
    /// [`NOT_FOUND`] for the client; or when the store fails.
    pub async fn enable_client(
        &self,
        caller: &Caller,
        service: ServiceId,
        client_id: &str,
        enabled: bool,
    ) -> Result<Arc<Client>, Refusal> {
        let mut attempts = Attempts::default();
        loop {
            let known = self.show_client(service, client_id).await?;
            let mut client = Client { enabled, ..known.clone() };
            client.adopted |= enabled && !self.ledger.entities().is_active(&client).await?;
            let new = NewClient { client, secret: None };
            if let Some(done) = attempts.unless_changed(self.put_client_over(caller, Some(known), new).await) {
                return done;
            }
        }
    }

    /// Gives a new secret to a client that authenticates with one.
    ///
    /// # Errors
    /// [`NOT_FOUND`] for the client, [`INVALID`] when it does not use a secret; or when the store fails.
    pub async fn renew_secret(
        &self,
        caller: &Caller,
        service: ServiceId,
        client_id: &str,
    ) -> Result<(Arc<Client>, Secret), Refusal> {
        let secret = self.new_secret().await?;
        let renewed = |client: Client| match client.has_secret_method() {
            true => Ok(NewClient { client, secret: Some(secret.clone()) }),
            false => Err(INVALID.with("the client authenticates with no secret")),
        };
        let client = self.change_client(caller, service, client_id, renewed).await?;
        Ok((client, secret))
    }

    /// The client's live registration token, whose text is not known any more.
    ///
    /// # Errors
    /// [`NOT_FOUND`] for the client or the token; or when the store fails.
    pub async fn registration_token(
        &self,
        caller: &Caller,
        service: &Service,
        client_id: &str,
    ) -> Result<(Arc<Client>, Arc<Token>), Refusal> {
        caller.reads()?;
        let client = named::client(&self.ledger, service.id, client_id).await?;
        let token = self.registration_row(&client).await?.ok_or_else(|| NOT_FOUND.with("registration token"))?;
        Ok((client, token))
    }

    /// Gives a client a new registration token, which replaces the present one.
    ///
    /// # Errors
    /// [`NOT_FOUND`] for the client; or when the store fails.
    pub async fn renew_registration_token(
        &self,
        caller: &Caller,
        service: &Arc<Service>,
        client_id: &str,
    ) -> Result<(Arc<Client>, Arc<Token>, Secret), Refusal> {
        let client = named::client(&self.ledger, service.id, client_id).await?;
        caller.may_write_client(&client)?;
        let replaces = self.registration_row(&client).await?;
        let token = TokenPlan::new(TokenKind::Registration, TokenFormat::Opaque, Scope::empty(), None);
        let plan = Plan::new(Arc::clone(service), Some(Arc::clone(&client)));
        let issued = self.ledger.mint(Plan { tokens: vec![token], replaces, ..plan }).await?;
        let minted = issued.first(TokenKind::Registration).ok_or_else(|| plan_exceeded("registration"))?;
        let row = self
            .ledger
            .token_by_number(service.id, minted.id)
            .await?
            .ok_or_else(|| NOT_FOUND.with("registration token"))?;
        Ok((client, row, minted.text.clone()))
    }

    async fn registration_row(&self, client: &Client) -> Result<Option<Arc<Token>>, Refusal> {
        let filter = TokenFilter {
            service: Some(client.service),
            kinds: vec![TokenKind::Registration],
            client: Some(client.key),
            live_at: Some(self.ledger.now()),
            ..TokenFilter::default()
        };
        let found = self.ledger.list(&filter, Page::first(1)).await?.items.pop();
        Ok(found.filter(|row| client.tokens_from <= row.issued).map(Arc::new))
    }
}
