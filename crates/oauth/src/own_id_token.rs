//! ID tokens of this issuer, told apart from its other JWTs by their form (RFC 8725 section 3.12).

use jeton_jose::jws::JwsHeader;
use jeton_ledger::formats::jwt::is_access;

use crate::assertion::Claims;
use jeton_model::records::Service;

/// Whether a JWT with this header and these claims has the form of an ID token of a service. Who signed it is for the caller to
/// check.
///
/// Access tokens have a mark in their header, whatever `typ` they state; logout tokens and introspection responses have a `typ` of
/// their own. Signed user info has the one of ID tokens,
/// since verifiers in use refuse any other: it has no `exp` and no `iat`, which every ID token has (OIDC Core section 2).
#[must_use]
pub fn is_id_token(header: &JwsHeader, claims: &Claims, service: &Service) -> bool {
    let typed = !is_access(header) && (header.typ().is_none() || header.is_typ("JWT"));
    let timed = matches!((claims.exp(), claims.iat()), (Ok(Some(_)), Ok(Some(_))));
    let for_one = claims.aud().is_ok_and(|aud| aud.len() == 1);
    let about = matches!(claims.sub(), Ok(Some(_)));
    // A logout token has `events`, also one whose `typ` says nothing (Back-Channel Logout 1.0 section 2.4).
    let tells_an_event = claims.get("events").is_some();
    typed && timed && for_one && about && !tells_an_event && claims.iss() == Ok(Some(&*service.issuer))
}
