//! Locks clients: a locked one gets no tokens, and its tokens are inactive.

use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::records::Client;

use crate::Backend;
use crate::access::ApiCaller;

impl Backend {
    /// Locks or unlocks a client.
    ///
    /// # Errors
    /// `RECORD_CLIENT_UNKNOWN`, `AUTHORITY_EXCEEDED`.
    pub async fn lock_client(
        &self,
        caller: &ApiCaller,
        client: &Client,
        is_locked: bool,
    ) -> Result<Arc<Client>, Refusal> {
        let caller = caller.administrator(client.service);
        self.change_managed(&caller, client, |old| Ok((Client { enabled: !is_locked, ..old.clone() }, None))).await
    }
}
