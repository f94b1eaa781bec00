//! Revocation for a client, RFC 7009 and `docs/contracts/oauth-token-endpoint.md` section 8.

use std::sync::Arc;

use crate::OAuth;
use crate::client_auth::{self, Presented, Purpose, Refused};
use crate::refusals::{TOKEN_FOREIGN, TOKEN_UNKNOWN};
use jeton_ledger::ledger::Ending;
use jeton_model::Refusal;
use jeton_model::ids::GrantId;
use jeton_model::records::{Actor, CompatibilityMode, Reason, Service, Token, TokenState};
use jeton_model::refusals::PARAMETER_MISSING;

/// Revokes the token that a client presents, and returns it; none when it is unknown or had ended before. The hint is not needed:
/// every text leads to its own row.
///
/// # Errors
/// [`PARAMETER_MISSING`], those of client authentication, `TOKEN_FOREIGN`. [`TOKEN_UNKNOWN`] only
/// for SimpleIdServer clients: others get no error for an unknown token (RFC 7009 section 2.2).
pub async fn revoke(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    token: Option<&str>,
) -> Result<Option<Arc<Token>>, Refused> {
    revoke_as(oauth, service, (presented, token), |_| None).await
}

/// The same, where any token of an authorization ends it as a whole, in one commit.
///
/// # Errors
/// As [`revoke`].
pub async fn revoke_with_family(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    token: Option<&str>,
) -> Result<Option<Arc<Token>>, Refused> {
    revoke_as(oauth, service, (presented, token), |token| token.grant).await
}

/// `family`: which family ends with a token, although the token alone would not end it.
async fn revoke_as(
    oauth: &OAuth,
    service: &Arc<Service>,
    (presented, token): (&Presented, Option<&str>),
    family: impl Fn(&Token) -> Option<GrantId> + Send,
) -> Result<Option<Arc<Token>>, Refused> {
    let claimed = client_auth::claimed(oauth, service.id, presented).await?;
    let profile = claimed.profile();
    let work = async {
        let text = token.ok_or_else(|| PARAMETER_MISSING.with("token"))?;
        let client = client_auth::authenticate(oauth, service, claimed, presented, Purpose::Revoke).await?;
        let found = oauth.ledger.find(service.id, text).await?;
        let gone = || if profile == CompatibilityMode::Classic { Err(TOKEN_UNKNOWN) } else { Ok(None) };
        let Some(token) = found else { return gone() };
        if token.client != Some(client.key) {
            return Err(TOKEN_FOREIGN.with(client.client_id.to_string()));
        }
        if matches!(token.state, TokenState::Revoked { .. }) || family_ended(oauth, &token).await? {
            return gone();
        }
        let ending = Ending::new(Reason::Client, Actor::Client(client.key));
        match family(&token) {
            Some(family) => oauth.ledger.revoke_family(service.id, family, Some(&token), ending).await?,
            None => oauth.ledger.revoke(&token, ending).await?,
        };
        Ok(Some(token))
    };
    work.await.map_err(|refusal| Refused::new(refusal, profile))
}

async fn family_ended(oauth: &OAuth, token: &Token) -> Result<bool, Refusal> {
    match token.grant {
        Some(id) => Ok(oauth.ledger.grant(id).await?.is_none_or(|grant| grant.is_revoked())),
        None => Ok(false),
    }
}
