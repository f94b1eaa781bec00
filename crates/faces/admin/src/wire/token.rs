//! Token members that several bodies share.

use std::time::Duration;

use jeton_core::Refusal;
use jeton_core::administration::Members;
use jeton_core::api_tokens::{AddressRanges, Lifetime};
use jeton_core::refusal::invalid;
use serde_json::Value;

/// `lifetime`: seconds, or `"never"`.
pub(crate) fn lifetime(members: &mut Members) -> Result<Lifetime, Refusal> {
    let Some(written) = members.take::<Value>("lifetime")? else { return Ok(Lifetime::Usual) };
    match written.as_u64() {
        Some(seconds) => Ok(Lifetime::For(Duration::from_secs(seconds))),
        None if written == "never" => Ok(Lifetime::Never),
        None => Err(invalid("lifetime", "must be a number of seconds, or \"never\"")),
    }
}

/// `address_ranges`: a list of addresses and networks.
pub(crate) fn ranges(members: &mut Members) -> Result<Option<AddressRanges>, Refusal> {
    let texts: Option<Vec<String>> = members.take("address_ranges")?;
    texts.map(|texts| AddressRanges::parse(&texts)).transpose()
}
