//! Claims about a person, OIDC Core section 5.

use serde_json::{Map, Value};

use crate::Ledger;
use crate::claims::{ClaimsRequest, answered, claims_of};
use crate::model::{Service, TokenKind};
use crate::origin::Origin;
use crate::refusal::Refusal;

/// The claims that the holder of an access token may know.
///
/// # Errors
/// [`Refusal::BearerInvalid`] for a token that is not valid or has no person behind it, [`Refusal::BearerScope`] without
/// the scope `openid`.
pub async fn userinfo(
    ledger: &Ledger,
    service: &Service,
    text: &str,
    origin: &Origin,
) -> Result<Map<String, Value>, Refusal> {
    let live = ledger.admit(service.id, text, origin).await?;
    let (Some(user), TokenKind::Access) = (&live.user, live.token.kind) else { return Err(Refusal::BearerInvalid) };
    if !live.token.scope.contains("openid") {
        return Err(Refusal::BearerScope("openid"));
    }
    let mut claims = claims_of(user, &live.token.scope);
    if let (Some(grant), Some(client)) = (&live.grant, &live.client) {
        let asked = ClaimsRequest::of_kept(grant.details.as_ref().and_then(|details| details.claims.as_ref()));
        claims.extend(answered(&asked.userinfo, user, &client.scope));
    }
    claims.insert("sub".into(), user.sub.as_str().into());
    Ok(claims)
}
