//! Which clients may use a grant.

use std::sync::Arc;

use super::{GrantType, ResponseTypeRule};
use crate::OAuth;
use crate::client_auth::{self, AuthenticatedClient, Claimed, Presented, Purpose};
use jeton_ledger::refusal::Refusal;
use jeton_model::records::{Client, Profile, Service};

/// The authenticated client, when it may use a grant; the second half names the grant as the request did.
///
/// # Errors
/// Messages 8 to 19, 22, 23.
pub(crate) async fn entitled(
    oauth: &OAuth,
    service: &Service,
    presented: &Presented,
    claimed: Claimed,
    (grant, named): (&dyn GrantType, &str),
) -> Result<AuthenticatedClient, Refusal> {
    let purpose = Purpose::Grant { allows_public: grant.allows_public() };
    let client = client_auth::authenticate(oauth, service, claimed, presented, purpose).await?;
    check_use(&client, (grant, named))?;
    Ok(client)
}

/// The client that a request names without a proof, when it may use a grant: for an endpoint that needs none.
///
/// # Errors
/// Message 8, [`Refusal::ClientAmbiguous`], messages 22 and 23.
pub(crate) fn named(
    service: &Service,
    presented: &Presented,
    claimed: Claimed,
    grant: (&dyn GrantType, &str),
) -> Result<Arc<Client>, Refusal> {
    let client = client_auth::named(service, presented, claimed)?;
    check_use(&client, grant)?;
    Ok(client)
}

/// Whether a client may use a grant: messages 22 and 23.
pub(super) fn check_use(client: &Client, (grant, named): (&dyn GrantType, &str)) -> Result<(), Refusal> {
    if !client.may_use(grant.grant_type()) && !grant.aliases().iter().any(|alias| client.may_use(alias)) {
        let client = client.client_id.to_string();
        return Err(Refusal::GrantNotAllowed { client, grant: named.to_owned() });
    }
    check_response_type(grant.response_type(), client)
}

fn check_response_type(rule: Option<ResponseTypeRule>, client: &Client) -> Result<(), Refusal> {
    let Some(rule) = rule else { return Ok(()) };
    if rule.classic_only && client.profile != Profile::Classic {
        return Ok(());
    }
    let registered = |word: &str| client.response_types.iter().any(|r| r.split(' ').any(|w| w == word));
    if rule.needs.split(' ').all(registered) {
        return Ok(());
    }
    Err(Refusal::ResponseTypeNotAllowed { client: client.client_id.to_string(), response_type: rule.needs.to_owned() })
}
