//! An ID token for an access token that was issued before (`docs/contracts/authlete.md` section 2.6): by the rules for an ID token
//! of a refresh (OIDC Core section 12.2), with what a trusted caller adds.

use jeton_jose::Secret;
use serde_json::{Map, Value};

use crate::OAuth;
use crate::claims::{About, ClaimsRequest, answered, fill, stateable};
use crate::token_endpoint::id_token;
use crate::trusted_keys::Encrypted;
use jeton_ledger::ledger::{IdTokenReader, Inspection};
use jeton_ledger::refusals::{BEARER_INVALID, BEARER_SCOPE};
use jeton_model::Refusal;
use jeton_model::records::{Service, TokenKind};

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

/// A new ID token for an access token that was found valid; `text`: as its client got it, for `at_hash`. It has the original
/// `auth_time` and no `nonce`.
///
/// # Errors
/// [`BEARER_INVALID`] when it is no access token of a person that a client got, [`BEARER_SCOPE`] without the scope `openid`,
/// `CLIENT_KEY_UNUSABLE`.
pub async fn reissue(
    oauth: &OAuth,
    service: &Service,
    live: &Inspection,
    text: &str,
    wanted: Reissue,
) -> Result<Secret, Refusal> {
    let (TokenKind::Access, Some(client)) = (live.token.kind, &live.client) else { return Err(BEARER_INVALID) };
    if !live.token.scope.contains("openid") {
        return Err(BEARER_SCOPE.with("openid"));
    }
    let grant = live.grant.as_deref();
    let about = About::owner(&live.token, grant, live.user.as_deref());
    let authentication = grant.and_then(|grant| grant.authentication.clone());
    let mut plan = id_token(service, client, about, None, authentication).ok_or(BEARER_INVALID)?;
    plan.claims.extend(stateable(&wanted.claims));
    if let Some(user) = &live.user {
        let kept = grant.and_then(|grant| grant.details.as_ref()?.claims.as_ref());
        fill(&mut plan.claims, answered(&ClaimsRequest::of_kept(kept).id_token, user, &client.scope));
    }
    plan.sub = wanted.sub.unwrap_or(plan.sub);
    plan.header.extend(wanted.header);
    plan.audience_as_array = wanted.audience_as_array.unwrap_or(plan.audience_as_array);
    if let Some(recipient) = oauth.recipient(client, Encrypted::IdToken).await? {
        plan.reader = IdTokenReader::Only(Box::new(recipient));
    }
    plan.issue_again(&oauth.ledger, (service, Some(client)), (live.token.id, text)).await
}
