//! Claims about a user, OIDC Core section 5.

use jeton_jose::Secret;
use serde_json::{Map, Value};

use crate::OAuth;
use crate::claims::{About, ClaimsRequest, answered, claims_of};
use crate::client_alias;
use crate::profiles;
use crate::trusted_keys::Encrypted;
use jeton_administration::userinfo_signing_alg;
use jeton_ledger::refusals::{BEARER_INVALID, BEARER_SCOPE};
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::records::{Client, Grant, Service, TokenKind};

/// The answer.
#[derive(Debug)]
pub enum UserInfo {
    /// Plain claims.
    Json(Map<String, Value>),
    /// A JWT: signed, encrypted, or both, as the client registered.
    Jwt(Secret),
}

/// The claims that the holder of an access token may see.
///
/// # Errors
/// [`BEARER_INVALID`] for a token that is not valid or that no person authorized, [`BEARER_SCOPE`] without
/// the scope `openid`, `CLIENT_KEY_UNUSABLE`.
pub async fn userinfo(
    oauth: &OAuth,
    service: &Service,
    text: &str,
    origin: &RequestSource,
) -> Result<UserInfo, Refusal> {
    let live = oauth.ledger.admit(service.id, text, origin, (None, jeton_ledger::ledger::Relying::OnMemory)).await?;
    if live.token.kind != TokenKind::Access {
        return Err(BEARER_INVALID);
    }
    let about = About::owner(&live.token, live.grant.as_deref(), live.user.as_deref());
    // A subject without a family is a client.
    let sub = about.sub().filter(|_| live.user.is_some() || live.grant.is_some()).ok_or(BEARER_INVALID)?;
    if !live.token.scope.contains("openid") {
        return Err(BEARER_SCOPE.with("openid"));
    }
    oauth.ledger.uses().mark_needed(&live, "openid");
    let catalog = oauth.ledger.entities().catalog(service.id);
    let mut claims = match &live.user {
        Some(user) => claims_of(user, &live.token.scope, &catalog),
        // Only the server that authenticated the person knows more.
        None => Map::new(),
    };
    if let (Some(user), Some(profile)) = (&live.user, profiles::of(live.client.as_deref(), &service.settings)) {
        claims.extend(profiles::about(profile, (service, &catalog), user, &live.token.scope));
    }
    if let (Some(user), Some(grant), Some(client)) = (&live.user, &live.grant, &live.client) {
        let asked = ClaimsRequest::of_kept(grant.details.as_ref().and_then(|details| details.claims.as_ref()));
        claims.extend(answered(&asked.userinfo, user, (&client.scope, &catalog)));
    }
    profiles::in_form(&mut claims, live.client.as_deref(), service);
    claims.insert("sub".into(), sub.into());
    match &live.client {
        Some(client) => as_registered(oauth, service, (client, live.grant.as_deref()), claims).await,
        None => Ok(UserInfo::Json(claims)),
    }
}

/// The answer with these claims for the client of an authorization, in the form that it registered: plain, or signed first and then encrypted (OIDC Core
/// section 5.3.2).
///
/// # Errors
/// `CLIENT_KEY_UNUSABLE`, or a fault.
pub async fn as_registered(
    oauth: &OAuth,
    service: &Service,
    (client, grant): (&Client, Option<&Grant>),
    mut claims: Map<String, Value>,
) -> Result<UserInfo, Refusal> {
    let signed = match userinfo_signing_alg(client) {
        None => None,
        Some(alg) => {
            // Every ID token has these, which tells the two apart.
            for name in ["exp", "iat"] {
                claims.remove(name);
            }
            claims.insert("iss".into(), (*service.issuer).into());
            claims.insert("aud".into(), client_alias::audience(client, grant).into());
            Some(jeton_ledger::ledger::sign_jwt_for(&oauth.ledger, (service.id, client), alg, "JWT", &claims).await?)
        }
    };
    let recipient = oauth.recipient(client, Encrypted::Userinfo).await?;
    Ok(match (recipient, signed) {
        (None, None) => UserInfo::Json(claims),
        (None, Some(signed)) => UserInfo::Jwt(signed),
        (Some(recipient), Some(signed)) => UserInfo::Jwt(recipient.encrypt(&signed, true)?),
        (Some(recipient), None) => {
            let plain = Secret::new(serde_json::to_string(&claims)?);
            UserInfo::Jwt(recipient.encrypt(&plain, false)?)
        }
    })
}
