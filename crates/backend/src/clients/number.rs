//! Client ids of managed services are unique over all services, since an SDK deletes a client with the owner's key pair, which names
//! no service (`docs/contracts/authlete.md` section 8, on 1.1).
//!
//! A client that was made here has its number in the ledger as its client id. One that brought its id from elsewhere has another
//! number: it keeps its id reserved, by an entry that is written in the commit that makes the client and removed in the one that
//! deletes it.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::digest;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, ID_LIMIT};
use jeton_model::records::{Client, DeclaredSingleUse, SingleUse, SingleUseKey};
use jeton_model::refusals::CONFLICT;
use jeton_model::store::Write;

use super::client_number;
use crate::Backend;

/// A client id that was brought from elsewhere; the payload is the client's number in the ledger.
pub(crate) const CLIENT_NUMBER: DeclaredSingleUse = DeclaredSingleUse::new(44, "client_number");

/// A reservation lasts as long as its client.
const LONGEST: Duration = Duration::from_hours(1_000 * 365 * 24);

impl Backend {
    /// The client that has a number as its client id, in whichever service.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn client_numbered(&self, number: u64) -> Result<Option<Arc<Client>>, Refusal> {
        if number >= ID_LIMIT {
            return Ok(None);
        }
        let entities = self.ledger.entities();
        let reserved = self.ledger.store().single_use(CLIENT_NUMBER.kind, key_of(number)).await?;
        let reserved = reserved.and_then(|entry| entry.payload.try_into().ok()).map(u64::from_be_bytes);
        for key in reserved.into_iter().chain([number]) {
            let found = entities.client(ClientKey::new(key)).await?.filter(|client| client_number(client) == number);
            let service = found.as_ref().and_then(|client| entities.service(client.service));
            if service.is_some_and(|service| !service.is_deleted()) {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// A number for a new client.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn new_client_number(&self) -> Result<u64, Refusal> {
        loop {
            let number = self.ledger.new_number().await?;
            if self.ledger.store().single_use(CLIENT_NUMBER.kind, key_of(number)).await?.is_none() {
                return Ok(number);
            }
        }
    }

    /// Checks that a number that a client brings from elsewhere is no client's. Releases it if the client that reserved it is gone
    /// without having been deleted here, as with its service.
    ///
    /// # Errors
    /// [`CONFLICT`], or when the store fails.
    pub(super) async fn release_number(&self, number: u64) -> Result<(), Refusal> {
        if self.client_numbered(number).await?.is_some() {
            return Err(CONFLICT.with("clientId"));
        }
        let stale = self.ledger.store().single_use(CLIENT_NUMBER.kind, key_of(number)).await?;
        match stale {
            Some(_) => self.ledger.applied(vec![dropped(number)]).await.map(drop),
            None => Ok(()),
        }
    }
}

/// What reserves the number that a new client brought from elsewhere; nothing for one that was made here.
pub(super) fn reserved(client: &Client, now: Timestamp) -> Option<Write> {
    let number = brought(client)?;
    Some(Write::SingleUse(Box::new(SingleUse {
        kind: CLIENT_NUMBER.kind,
        key: key_of(number),
        service: client.service,
        grant: None,
        expires: now + LONGEST,
        used: Some(now),
        payload: client.key.get().to_be_bytes().to_vec(),
    })))
}

/// What releases the number of a client that is deleted.
pub(super) fn released(client: &Client) -> Option<Write> {
    brought(client).map(dropped)
}

fn brought(client: &Client) -> Option<u64> {
    client.backend.as_ref()?;
    Some(client_number(client)).filter(|number| *number != client.key.get())
}

fn dropped(number: u64) -> Write {
    Write::DropSingleUse { kind: CLIENT_NUMBER.kind, key: key_of(number) }
}

fn key_of(number: u64) -> SingleUseKey {
    SingleUseKey(digest::sha256(format!("client number {number}").as_bytes()))
}
