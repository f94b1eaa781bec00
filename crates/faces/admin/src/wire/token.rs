//! Token members that several bodies share.

use std::time::Duration;

use jeton_core::Refusal;
use jeton_core::administration::Members;
use jeton_core::api_tokens::{AddressRanges, Lifetime};
use jeton_core::refusal::invalid;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Seconds(u64),
    Word(String),
}

/// `lifetime`: seconds, or `"never"`.
pub(crate) fn lifetime(members: &mut Members) -> Result<Lifetime, Refusal> {
    match members.take("lifetime")? {
        None => Ok(Lifetime::Usual),
        Some(Written::Seconds(seconds)) => Ok(Lifetime::For(Duration::from_secs(seconds))),
        Some(Written::Word(word)) if word == "never" => Ok(Lifetime::Never),
        Some(Written::Word(_)) => Err(invalid("lifetime", "must be a number of seconds, or \"never\"")),
    }
}

/// `address_ranges`: a list of addresses and networks.
pub(crate) fn ranges(members: &mut Members) -> Result<Option<AddressRanges>, Refusal> {
    let texts: Option<Vec<String>> = members.take("address_ranges")?;
    texts.map(|texts| AddressRanges::parse(&texts)).transpose()
}
