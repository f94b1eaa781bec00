//! Secrets of clients: 86 characters, kept as a hash and, for clients of a managed service, as an encrypted copy.

use std::sync::Arc;

use jeton_jose::{Secret, base64url};
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::records::{Client, Event, EventKind};
use jeton_model::store::Write;

use super::read::{LONGEST_SECRET, wrong};
use crate::Backend;
use crate::access::{ApiCaller, Right};
use crate::refusals::RECORD_CLIENT_UNKNOWN;

/// How many random bytes a secret has: 86 characters of base64url.
const BYTES: usize = 64;

/// A secret that was replaced.
pub struct NewClientSecret {
    /// The new one.
    pub new: Secret,
    /// The one before, where it is kept.
    pub old: Option<Secret>,
}

impl Backend {
    /// A random secret.
    pub(super) fn new_client_secret(&self) -> Result<Secret, Refusal> {
        let mut bytes = [0; BYTES];
        self.ledger.entropy().fill(&mut bytes)?;
        Ok(Secret::new(base64url::encode(bytes)))
    }

    /// Replaces the secret of a client by the given one, or by a random one. The old one is worthless at once; it is shown by the
    /// rule of [`Self::client_secrets`].
    ///
    /// # Errors
    /// `INVALID` for a secret that is too long; [`RECORD_CLIENT_UNKNOWN`], `AUTHORITY_EXCEEDED`.
    pub async fn replace_client_secret(
        &self,
        caller: &ApiCaller,
        client: &Client,
        given: Option<&str>,
    ) -> Result<NewClientSecret, Refusal> {
        let new = match given {
            Some(text) => checked(text)?,
            None => self.new_client_secret()?,
        };
        let administrator = caller.administrator(client.service);
        let mut attempts = Attempts::default();
        loop {
            let known = self.ledger.store().client(client.key).await?.ok_or(RECORD_CLIENT_UNKNOWN)?;
            let replaced = Arc::new(known.clone());
            let put = self.put_managed(&administrator, Some(known.clone()), known, Some(new.clone())).await;
            if let Some(done) = attempts.unless_changed(put) {
                done?;
                let old = self.client_secrets(caller, &[replaced]).await?.pop().flatten();
                return Ok(NewClientSecret { new, old });
            }
        }
    }

    /// The secrets of clients that this API administers, for a caller who may change clients; none where the service shows none or
    /// only a hash is kept. Each one that is shown leaves an event.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn client_secrets(
        &self,
        caller: &ApiCaller,
        clients: &[Arc<Client>],
    ) -> Result<Vec<Option<Secret>>, Refusal> {
        let secret = |client: &Arc<Client>| {
            self.shows_secret(caller, client).then(|| self.administration.secret_itself(client)).flatten()
        };
        let secrets: Vec<_> = clients.iter().map(secret).collect();
        let mut events = Vec::new();
        for (client, _) in clients.iter().zip(&secrets).filter(|(_, secret)| secret.is_some()) {
            let actor = caller.administrator(client.service).administers()?;
            let mut event = Event::new(EventKind::ValuesRead, self.ledger.now(), Some(client.service), actor);
            event.client = Some(client.key);
            event.detail = Some("the secret of the client".to_owned());
            events.push(Write::Event(Box::new(event)));
        }
        if !events.is_empty() {
            self.ledger.applied(events).await?;
        }
        Ok(secrets)
    }

    /// Whether a caller sees the secret of a client: one that this API made or took over, and that the caller may change.
    fn shows_secret(&self, caller: &ApiCaller, client: &Client) -> bool {
        let service = self.ledger.entities().service(client.service);
        client.backend.is_some()
            && caller.rights.include(Right::ModifyClient)
            && caller.administrator(client.service).may_write_client(client).is_ok()
            && service.is_some_and(|service| !service.settings.backend.hides_client_secrets)
    }
}

/// A secret that a caller chose.
pub(super) fn checked(text: &str) -> Result<Secret, Refusal> {
    let is_good = !text.is_empty() && text.len() <= LONGEST_SECRET && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_good { Ok(Secret::new(text)) } else { Err(wrong("clientSecret", "1 to 86 printable ASCII characters")) }
}
