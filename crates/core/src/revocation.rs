//! Revocation for a client, RFC 7009 and `contracts/oauth-token-endpoint.md` section 8.

use std::sync::Arc;

use crate::Ledger;
use crate::client_auth::{self, Presented, Purpose, Refused};
use crate::ledger::Ending;
use crate::model::{Actor, Profile, Reason, Service, Token, TokenState};
use crate::refusal::Refusal;

/// Ends the token that a client presents. The hint is not needed: every text leads to its own row.
///
/// # Errors
/// Messages 7 to 10 and 29; message 30 for classic clients only, others get no error for an unknown token.
pub async fn revoke(
    ledger: &Ledger,
    service: &Arc<Service>,
    presented: &Presented,
    token: Option<&str>,
) -> Result<(), Refused> {
    let claimed = client_auth::claimed(ledger, service.id, presented).await?;
    let profile = claimed.profile();
    let work = async {
        let text = token.ok_or(Refusal::ParameterMissing("token"))?;
        let client = client_auth::authenticate(ledger, service, claimed, presented, Purpose::Revoke).await?;
        let found = ledger.find(service.id, text).await?;
        let gone = || if profile == Profile::Classic { Err(Refusal::TokenUnknown) } else { Ok(()) };
        let Some(token) = found else { return gone() };
        if token.client != Some(client.key) {
            return Err(Refusal::TokenForeign { client: client.client_id.to_string() });
        }
        if matches!(token.state, TokenState::Revoked { .. }) || family_ended(ledger, &token).await? {
            return gone();
        }
        ledger.revoke(&token, Ending::new(Reason::Client, Actor::Client(client.key))).await.map(drop)
    };
    work.await.map_err(|refusal| Refused { refusal, profile })
}

async fn family_ended(ledger: &Ledger, token: &Token) -> Result<bool, Refusal> {
    match token.grant {
        Some(id) => Ok(ledger.grant(id).await?.is_none_or(|grant| grant.is_revoked())),
        None => Ok(false),
    }
}
