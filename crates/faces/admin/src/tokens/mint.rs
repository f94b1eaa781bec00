//! The body of a mint request.

use jeton_core::administration::{Members, NewToken};
use jeton_core::clock::Timestamp;
use jeton_core::model::{TokenDetails, TokenKind};
use jeton_core::refusal::invalid;
use jeton_core::{Refusal, Scope};

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

fn kind(members: &mut Members) -> Result<TokenKind, Refusal> {
    match members.take::<String>("kind")?.as_deref() {
        None | Some("access") => Ok(TokenKind::Access),
        Some("api") => Ok(TokenKind::Api),
        Some(_) => Err(invalid("kind", "must be access or api")),
    }
}
