//! How long clients of open registration are kept: each use extends it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::quota::kept_until;
use jeton_ledger::Ledger;
use jeton_ledger::ledger::{Issued, MintObserver};
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Client, TokenKind};

/// How many clients are remembered.
const REMEMBERED: usize = 10_000;

/// Records that a client of open registration got a token.
pub struct UseOfClients(pub Arc<ClientUse>);

impl MintObserver for UseOfClients {
    fn minted<'a>(&'a self, ledger: &'a Ledger, client: &'a Client, issued: &'a Issued) -> Option<BoxFuture<'a, ()>> {
        client.registered_from.as_ref()?;
        // A registration access token does not count as a use of the client.
        let used = issued.tokens.iter().any(|token| token.kind != TokenKind::Registration);
        used.then(|| self.0.note(ledger, client).boxed())
    }
}

/// Until when clients of open registration are kept, as far as this process wrote it.
#[derive(Default)]
pub struct ClientUse(Mutex<HashMap<ClientKey, Timestamp>>);

impl ClientUse {
    /// Records that a client is in use: it got a token, or a user gave it consent. If the write fails, the request still
    /// succeeds, and the next use tries again.
    pub(crate) async fn note(&self, ledger: &Ledger, client: &Client) {
        let (Some(address), Some(service)) = (&client.registered_from, ledger.entities().service(client.service))
        else {
            return;
        };
        let (now, idle) = (ledger.now(), service.settings.registration.idle);
        if self.until(client.key).is_some_and(|until| until > now + idle / 2) {
            return;
        }
        let until = now + idle;
        let noted = match kept_until(ledger, client, address, (until, true)).await {
            Ok(write) => ledger.applied(vec![write]).await.map(drop),
            Err(refusal) => Err(refusal),
        };
        match noted {
            Ok(()) => self.keep(client.key, until),
            Err(refusal) => tracing::warn!(client = %client.client_id, %refusal, "cannot note that a client was used"),
        }
    }

    fn until(&self, client: ClientKey) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&client).copied()
    }

    fn keep(&self, client: ClientKey, until: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= REMEMBERED {
            kept.clear();
        }
        kept.insert(client, until);
    }
}
