//! An ID token for an access token that was issued before (`docs/contracts/authlete.md` section 2.6): by the rules for an ID token
//! of a refresh (OIDC Core section 12.2), with what a trusted caller adds.

use std::sync::Arc;

use jeton_jose::Secret;
use serde_json::{Map, Value};

use crate::OAuth;
use crate::claims::{About, ClaimsRequest, stateable};
use crate::token_endpoint::{TokenAnswer, describe, id_token};
use crate::trusted_keys::Encrypted;
use jeton_ledger::ledger::{IdTokenReader, Inspection, Issued, MintedToken};
use jeton_ledger::refusals::{BEARER_INVALID, BEARER_SCOPE};
use jeton_model::Refusal;
use jeton_model::records::{Service, Token, TokenKind, TokenState};

/// What a trusted caller wants in the new ID token.
#[derive(Clone, Debug, Default)]
pub struct Reissue {
    /// `sub`; none: as in the ID tokens before.
    pub sub: Option<String>,
    /// Claims; they replace those of the same name that the authorization keeps. Those that tie an ID token to its issuer, its
    /// client and its request stay this server's.
    pub claims: Map<String, Value>,
    /// Further members of its header.
    pub header: Map<String, Value>,
    /// Whether `aud` is an array; none: as in the ID tokens before.
    pub audience_as_array: Option<bool>,
}

/// The token response of a refresh, with a new ID token for its access token, which was found valid. `texts`: the access token and
/// the refresh token as their client got them. The ID token has the original `auth_time` and no `nonce`.
///
/// # Errors
/// [`BEARER_INVALID`] when it is no access token of a person that a client got, or the refresh token is of another
/// authorization, was replaced, or has ended; [`BEARER_SCOPE`] without the scope `openid`; `CLIENT_KEY_UNUSABLE`.
pub async fn reissue(
    oauth: &OAuth,
    service: &Service,
    live: &Inspection,
    (text, refresh): (&str, &str),
    wanted: Reissue,
) -> Result<TokenAnswer, Refusal> {
    let (TokenKind::Access, Some(client)) = (live.token.kind, &live.client) else { return Err(BEARER_INVALID) };
    if !live.token.scope.contains("openid") {
        return Err(BEARER_SCOPE.with("openid"));
    }
    let refresh_row = oauth.ledger.find(service.id, refresh).await?.filter(|row| row.kind == TokenKind::Refresh);
    let refresh_row = refresh_row.filter(|row| row.grant.is_some() && row.grant == live.token.grant);
    // One that was replaced would be handed out again, and its next use would end the authorization as a theft.
    let now = oauth.ledger.now();
    let is_good = |row: &Arc<Token>| row.state == TokenState::Active && row.expires.is_none_or(|end| now < end);
    let refresh_row = refresh_row.filter(is_good).ok_or(BEARER_INVALID)?;
    let grant = live.grant.as_deref();
    let about = About::owner(&live.token, grant, live.user.as_deref());
    let authentication = grant.and_then(|grant| grant.authentication.clone());
    let mut plan = id_token(service, client, about, None, authentication).ok_or(BEARER_INVALID)?;
    plan.claims.extend(stateable(&wanted.claims));
    let kept = grant.and_then(|grant| grant.details.as_ref()?.claims.as_ref());
    let catalog = oauth.ledger.entities().catalog(service.id);
    let about_user = (live.user.as_deref(), &live.token.scope, &*catalog);
    describe(&mut plan, (service, client), about_user, &ClaimsRequest::of_kept(kept));
    plan.sub = wanted.sub.unwrap_or(plan.sub);
    plan.header.extend(wanted.header);
    plan.audience_as_array = wanted.audience_as_array.unwrap_or(plan.audience_as_array);
    if let Some(recipient) = oauth.recipient(client, Encrypted::IdToken).await? {
        plan.reader = IdTokenReader::Only(Box::new(recipient));
    }
    let id_token = plan.issue_again(&oauth.ledger, (service, Some(client)), (live.token.id, text)).await?;
    let again = |row: &Token, text: &str| MintedToken::again(row, Secret::new(text), now);
    let issued = Issued {
        tokens: vec![again(&live.token, text), again(&refresh_row, refresh)],
        id_token: Some(id_token),
        grant: live.token.grant,
        replaced: false,
    };
    Ok(TokenAnswer::of(issued, Arc::clone(client)))
}
