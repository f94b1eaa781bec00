//! The body of a rotation.

use std::time::Duration;

use jeton_core::Refusal;
use jeton_core::administration::Members;
use jeton_core::api_tokens::Rotation;

use crate::wire::lifetime;

/// Members of the body.
pub(crate) const MEMBERS: &[&str] = &["overlap", "lifetime"];

/// Reads the body; without `overlap` the old token ends at once.
pub(crate) fn read(mut members: Members) -> Result<Rotation, Refusal> {
    let rotation = Rotation {
        overlap: Duration::from_secs(members.take("overlap")?.unwrap_or(0)),
        lifetime: lifetime(&mut members)?,
    };
    members.finish(&[])?;
    Ok(rotation)
}
