//! Checks that a client may use a grant, for endpoints where a grant begins.

use std::sync::Arc;

use super::GrantType;
use crate::OAuth;
use crate::client_auth::{self, AuthenticatedClient, Claimed, Presented, Purpose};
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};

/// The authenticated client, if it may use a grant; the second half names the grant as the request did.
///
/// # Errors
/// Those of [`client_auth::authenticate`], `GRANT_NOT_ALLOWED`, `RESPONSE_TYPE_NOT_ALLOWED`.
pub(crate) async fn entitled(
    oauth: &OAuth,
    service: &Service,
    presented: &Presented,
    claimed: Claimed,
    (grant, named): (&dyn GrantType, &str),
) -> Result<AuthenticatedClient, Refusal> {
    let purpose = Purpose::Grant { allows_public: grant.allows_public() };
    let client = client_auth::authenticate(oauth, service, claimed, presented, purpose).await?;
    grant.check_use(&client, named)?;
    Ok(client)
}

/// The client that a request names without authentication, if it may use a grant: for an endpoint that requires none.
///
/// # Errors
/// `CLIENT_UNKNOWN`, `CLIENT_AMBIGUOUS`, `GRANT_NOT_ALLOWED`,
/// `RESPONSE_TYPE_NOT_ALLOWED`.
pub(crate) fn named(
    presented: &Presented,
    claimed: Claimed,
    (grant, named): (&dyn GrantType, &str),
) -> Result<Arc<Client>, Refusal> {
    let client = client_auth::named(presented, claimed)?;
    grant.check_use(&client, named)?;
    Ok(client)
}
