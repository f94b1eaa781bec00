//! The body of an amendment: absent members stay unchanged.

use jeton_core::Refusal;
use jeton_core::administration::Members;
use jeton_core::api_tokens::Lifetime;
use jeton_core::clock::Timestamp;
use jeton_core::ledger::Amendment;
use jeton_core::model::Token;
use jeton_core::refusals::INVALID;

use crate::wire::{lifetime, ranges};

/// Members of the body.
pub(crate) const MEMBERS: &[&str] = &["scope", "lifetime", "name", "description", "properties", "address_ranges"];

/// Reads the body; `lifetime` counts from now.
pub(super) fn read(mut members: Members, row: &Token, now: Timestamp) -> Result<Amendment, Refusal> {
    let mut details = row.details.as_deref().cloned().unwrap_or_default();
    let before = details.clone();
    details.name = members.take("name")?.or(details.name);
    details.description = members.take("description")?.or(details.description);
    details.properties = members.take("properties")?.unwrap_or(details.properties);
    if let Some(ranges) = ranges(&mut members)? {
        ranges.put(&mut details);
    }
    let change = Amendment {
        scope: members.take("scope")?,
        expires: match lifetime(&mut members)? {
            Lifetime::Usual => None,
            Lifetime::For(life) => Some(Some(now + life)),
            Lifetime::Never => Some(None),
        },
        details: (details != before).then_some(details),
        ..Amendment::default()
    };
    members.finish(&[])?;
    if change.scope.is_none() && change.expires.is_none() && change.details.is_none() {
        return Err(INVALID.with(format!("nothing to change: send one of {}", MEMBERS.join(", "))));
    }
    Ok(change)
}
