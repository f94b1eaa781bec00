//! The addresses from which a token may be used: addresses and networks in CIDR form, kept in the token's details.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use jeton_model::Refusal;
use jeton_model::records::{Token, TokenDetails, TokenFormat};
use jeton_model::refusals::INVALID;

/// The member of [`TokenDetails::other`] that holds them.
const MEMBER: &str = "address_ranges";
/// How many a token may have.
const MOST: usize = 64;

/// The ranges of one token. Without ranges it may be used from anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressRanges(Vec<IpNet>);

/// A text that is neither an address nor a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address or a network such as 10.0.0.0/8")]
pub struct BadRange;

impl AddressRanges {
    /// Reads a list of addresses and networks. Bits beyond a network's prefix are set to zero; an IPv4 network written as IPv6
    /// (`::ffff:10.0.0.0/104`) is that IPv4 network.
    ///
    /// # Errors
    /// [`INVALID`] when a range cannot be read, or the list has more than 64 or none: an empty list would allow no address, and a
    /// token that may be used from anywhere has no list.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, Refusal> {
        if texts.len() > MOST {
            return Err(INVALID.with(format!("`{MEMBER}`: at most {MOST} ranges")));
        }
        if texts.is_empty() {
            return Err(INVALID.with(format!(
                "`{MEMBER}`: an empty list admits nobody: leave it out, or name 0.0.0.0/0 and ::/0 for every address"
            )));
        }
        let read = |text: &T| range(text.as_ref()).map_err(|why| INVALID.with(format!("`{MEMBER}`: {why}")));
        Ok(Self(texts.iter().map(read).collect::<Result<_, _>>()?))
    }

    /// The ranges of a token. A range that cannot be read allows no address.
    #[must_use]
    pub fn of(token: &Token) -> Self {
        let Some(kept) = token.details.as_ref().and_then(|details| details.other.get(MEMBER)) else {
            return Self::default();
        };
        let texts = kept.as_array().map(Vec::as_slice).unwrap_or_default();
        let read: Vec<IpNet> = texts.iter().filter_map(Value::as_str).filter_map(|text| range(text).ok()).collect();
        if read.is_empty() { Self(vec![NOWHERE]) } else { Self(read) }
    }

    /// Writes the ranges into details; if there are none, removes the member.
    pub fn put(&self, details: &mut TokenDetails) {
        if self.0.is_empty() {
            details.other.remove(MEMBER);
        } else {
            details.other.insert(MEMBER.to_owned(), self.texts().into());
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In CIDR form.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// Whether a token with these ranges may be used from here. An unknown address is outside every range.
    #[must_use]
    pub fn admit(&self, from: Option<IpAddr>) -> bool {
        self.0.is_empty() || from.is_some_and(|from| self.0.iter().any(|range| range.contains(&from.to_canonical())))
    }

    /// Whether each range lies in a range of `outer`: every address allowed here is allowed there too.
    #[must_use]
    pub fn within(&self, outer: &Self) -> bool {
        let covered = |range: &IpNet| outer.0.iter().any(|outer| outer.contains(range));
        outer.0.is_empty() || (!self.0.is_empty() && self.0.iter().all(covered))
    }
}

/// Whether a token may be used from an address, without reading anything in the common case.
pub fn admits(token: &Token, from: Option<IpAddr>) -> bool {
    token.details.as_ref().is_none_or(|details| !is_ranged(details) || AddressRanges::of(token).admit(from))
}

/// Copies a token's ranges to a token that is made from it.
pub fn inherit(from: &Token, to: &mut TokenDetails) {
    if let Some(ranges) = from.details.as_ref().and_then(|details| details.other.get(MEMBER)) {
        to.other.insert(MEMBER.to_owned(), ranges.clone());
    }
}

/// Whether there are ranges in details.
pub fn is_ranged(details: &TokenDetails) -> bool {
    details.other.contains_key(MEMBER)
}

/// Whether details fit a token format. A JWT cannot have ranges: whoever verifies it offline does not check the address.
///
/// # Errors
/// [`INVALID`] that names the member.
pub fn fit(format: TokenFormat, details: &TokenDetails) -> Result<(), Refusal> {
    match format {
        TokenFormat::Jwt if is_ranged(details) => {
            Err(INVALID.with(format!("`{MEMBER}`: a JWT cannot have them: use format opaque")))
        }
        _ => Ok(()),
    }
}

/// An address that no client has.
const NOWHERE: IpNet = IpNet::V6(ipnet::Ipv6Net::new_assert(std::net::Ipv6Addr::UNSPECIFIED, 128));

fn range(text: &str) -> Result<IpNet, BadRange> {
    let text = text.trim();
    let read: IpNet = match text.parse::<IpAddr>() {
        Ok(address) => address.into(),
        Err(_) => text.parse().map_err(|_| BadRange)?,
    };
    Ok(match read {
        IpNet::V6(six) => match (six.addr().to_ipv4_mapped(), six.prefix_len().checked_sub(96)) {
            (Some(four), Some(prefix)) => {
                ipnet::Ipv4Net::new(four, prefix).map(IpNet::V4).unwrap_or(IpNet::V6(six)).trunc()
            }
            _ => IpNet::V6(six).trunc(),
        },
        four => four.trunc(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(texts: &[&str]) -> AddressRanges {
        if texts.is_empty() { AddressRanges::default() } else { AddressRanges::parse(texts).unwrap() }
    }

    fn admit(texts: &[&str], from: &str) -> bool {
        ranges(texts).admit(Some(from.parse().unwrap()))
    }

    #[test]
    fn an_address_is_admitted_by_the_range_it_lies_in() {
        let both = &["10.0.0.0/8", "2001:db8::/32"];
        assert!(admit(both, "10.255.0.1") && admit(both, "::ffff:10.0.0.1") && admit(both, "2001:db8:1::7"));
        assert!(!admit(both, "11.0.0.1") && !admit(both, "2001:db9::1") && !admit(both, "::a00:1"));
        assert!(admit(&["192.0.2.7"], "192.0.2.7") && !admit(&["192.0.2.7"], "192.0.2.8"));
        assert!(admit(&["::ffff:10.0.0.0/104"], "10.1.2.3"));
        assert!(!ranges(both).admit(None), "an unknown address is outside");
        assert!(ranges(&[]).admit(None));
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_lets_nobody_in() {
        for bad in ["", "10.0.0.0/33", "example", "10.0.0/8", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8"] {
            assert!(AddressRanges::parse(&[bad]).is_err(), "{bad}");
        }
        assert!(AddressRanges::parse(&vec!["10.0.0.0/8"; 65]).is_err());
        assert!(AddressRanges::parse::<&str>(&[]).is_err(), "no list is more than an empty one");
    }

    #[test]
    fn ranges_lie_within_what_covers_them() {
        assert!(ranges(&["10.1.0.0/16"]).within(&ranges(&["10.0.0.0/8"])));
        assert!(!ranges(&["10.0.0.0/7"]).within(&ranges(&["10.0.0.0/8"])));
        assert!(!ranges(&[]).within(&ranges(&["10.0.0.0/8"])), "anywhere is more");
        assert!(ranges(&[]).within(&ranges(&[])));
    }
}
