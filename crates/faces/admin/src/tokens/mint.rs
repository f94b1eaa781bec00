//! The body of a mint request.

use jeton_core::administration::{Members, NewToken};
use jeton_core::clock::Timestamp;
use jeton_core::model::{Binding, TokenDetails, TokenKind};
use jeton_core::refusal::invalid;
use jeton_core::{Refusal, Scope};
use jeton_jose::{Jwk, base64url};
use serde_json::Value;

use crate::wire::{lifetime, ranges};

/// Members of the body.
pub(crate) const MEMBERS: &[&str] = &[
    "kind",
    "format",
    "client_id",
    "username",
    "scope",
    "audience",
    "lifetime",
    "not_before",
    "name",
    "description",
    "properties",
    "address_ranges",
    "dpop_key",
];

/// Reads the body.
pub(super) fn read(mut members: Members) -> Result<NewToken, Refusal> {
    let ranges = ranges(&mut members)?;
    let mut new = NewToken {
        kind: kind(&mut members)?,
        format: members.take("format")?,
        client: members.take("client_id")?,
        user: members.take("username")?,
        scope: members.take::<Scope>("scope")?,
        audience: members.take::<Scope>("audience")?.map(|words| words.as_str().into()),
        lifetime: lifetime(&mut members)?,
        not_before: members.take("not_before")?.map(Timestamp::from_seconds),
        binding: key(&mut members)?,
        details: TokenDetails {
            name: members.take("name")?,
            description: members.take("description")?,
            properties: members.take("properties")?.unwrap_or_default(),
            ..TokenDetails::default()
        },
    };
    members.finish(&[])?;
    ranges.unwrap_or_default().put(&mut new.details);
    Ok(new)
}

/// `dpop_key`: the key that the token is bound to, a public JWK or its SHA-256 thumbprint (RFC 7638).
fn key(members: &mut Members) -> Result<Option<Binding>, Refusal> {
    let wrong = || invalid("dpop_key", "must be a public JWK, or its SHA-256 thumbprint in base64url");
    let print = match members.take::<Value>("dpop_key")? {
        None => return Ok(None),
        Some(Value::String(print)) => print,
        Some(Value::Object(jwk)) if !jwk.contains_key("d") => {
            let jwk: Jwk = serde_json::from_value(jwk.into()).map_err(|_| wrong())?;
            jwk.thumbprint().map_err(|_| wrong())?
        }
        Some(_) => return Err(wrong()),
    };
    let print = base64url::decode(&print).ok().and_then(|bytes| bytes.try_into().ok());
    print.map(|print| Some(Binding::Jwk(print))).ok_or_else(wrong)
}

fn kind(members: &mut Members) -> Result<TokenKind, Refusal> {
    match members.take::<String>("kind")?.as_deref() {
        None | Some("access") => Ok(TokenKind::Access),
        Some("api") => Ok(TokenKind::Api),
        Some(_) => Err(invalid("kind", "must be access or api")),
    }
}
