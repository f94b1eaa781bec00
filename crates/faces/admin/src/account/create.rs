//! The body of a request for an API token.

use jeton_core::administration::Members;
use jeton_core::api_tokens::NewApiToken;
use jeton_core::refusals::PARAMETER_MISSING;
use jeton_core::{Refusal, Scope};

use crate::wire::{lifetime, ranges};

/// Members of the body.
pub(crate) const MEMBERS: &[&str] = &["name", "description", "scope", "lifetime", "address_ranges"];

/// Reads the body.
pub(super) fn read(mut members: Members) -> Result<NewApiToken, Refusal> {
    let new = NewApiToken {
        name: members.take("name")?.ok_or_else(|| PARAMETER_MISSING.with("name"))?,
        description: members.take("description")?,
        scope: members.take::<Scope>("scope")?.unwrap_or_else(Scope::empty),
        lifetime: lifetime(&mut members)?,
        ranges: ranges(&mut members)?,
    };
    members.finish(&[])?;
    Ok(new)
}
