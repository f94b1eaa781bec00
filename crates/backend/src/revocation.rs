//! Revocation requests that an authorization server sends on.

use std::sync::Arc;

use jeton_model::records::Service;
use jeton_oauth::client_auth::{Presented, Refused};
use jeton_oauth::revocation;

use crate::Backend;

impl Backend {
    /// Answers a client's revocation request (RFC 7009). The whole record ends, whichever of its tokens is presented.
    ///
    /// # Errors
    /// As [`revocation::revoke`].
    pub async fn revoke(
        &self,
        service: &Arc<Service>,
        presented: &Presented,
        token: Option<&str>,
    ) -> Result<(), Refused> {
        // What had ended before names no record: a client may well revoke an access token that a refresh has replaced.
        revocation::revoke_with_family(&self.oauth, service, presented, token).await.map(drop)
    }
}
