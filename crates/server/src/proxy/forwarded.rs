//! The header `Forwarded` (RFC 7239): the client of each proxy on the path.

use std::net::{IpAddr, SocketAddr};

/// What an element says about the client of its proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hop {
    /// This address.
    At(IpAddr),
    /// A client that is not identified (`unknown`, `_hidden`), or not in a readable way.
    Unknown,
    /// The element has no `for`.
    Silent,
}

/// The elements of one header line, the nearest last. A line that violates the grammar contains nothing reliable: the
/// boundaries of its elements would be guesses. It is one hop that is unknown.
pub(super) fn hops(line: &str) -> Vec<Hop> {
    elements(line).unwrap_or_else(|| vec![Hop::Unknown])
}

/// `1#( [ forwarded-pair ] *( ";" [ forwarded-pair ] ) )`, RFC 7239 section 4. Empty elements of the list do not count
/// (RFC 9110 section 5.6.1.2).
fn elements(line: &str) -> Option<Vec<Hop>> {
    let mut hops = Vec::new();
    let mut rest = line;
    loop {
        let (hop, was_empty, after) = element(rest)?;
        if !was_empty {
            hops.push(hop);
        }
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return after.is_empty().then_some(hops),
        }
    }
}

/// One element, whether it is empty, and the rest.
fn element(text: &str) -> Option<(Hop, bool, &str)> {
    let (mut found, mut is_empty) = (None, true);
    let mut rest = blank(text);
    loop {
        if !rest.is_empty() && !rest.starts_with([',', ';']) {
            let (name, value, after) = pair(rest)?;
            is_empty = false;
            if name.eq_ignore_ascii_case("for") {
                // A parameter may occur once: a second one may be smuggled in.
                let hop = node(&value).map_or(Hop::Unknown, Hop::At);
                found = Some(if found.is_some() { Hop::Unknown } else { hop });
            }
            rest = blank(after);
        }
        match rest.strip_prefix(';') {
            Some(more) => rest = blank(more),
            None => return Some((found.unwrap_or(Hop::Silent), is_empty, rest)),
        }
    }
}

/// `token "=" ( token / quoted-string )`. A value that is not a token must be quoted, so an IPv6 address and every port
/// (RFC 7239 section 6).
fn pair(text: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = text.split_once('=')?;
    if name.is_empty() || !name.bytes().all(is_token) {
        return None;
    }
    if let Some(quoted) = rest.strip_prefix('"') {
        let (value, after) = unquoted(quoted)?;
        return Some((name, value, after));
    }
    let end = rest.find([',', ';', ' ', '\t']).unwrap_or(rest.len());
    let (value, after) = rest.split_at_checked(end)?;
    (!value.is_empty() && value.bytes().all(is_token)).then(|| (name, value.to_owned(), after))
}

/// A quoted string after its first quote, and the rest after its last (RFC 9110 section 5.6.4).
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn blank(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// The address of a node identifier (RFC 7239 section 6): an IPv4 address, or an IPv6 address in brackets, each with or
/// without a port, which may be obfuscated.
fn node(text: &str) -> Option<IpAddr> {
    let (address, port) = match text.strip_prefix('[') {
        Some(six) => {
            let (address, port) = six.split_once(']')?;
            (IpAddr::V6(address.parse().ok()?), port)
        }
        None => {
            let end = text.find(':').unwrap_or(text.len());
            let (address, port) = text.split_at_checked(end)?;
            (IpAddr::V4(address.parse().ok()?), port)
        }
    };
    (port.is_empty() || is_port(port.strip_prefix(':')?)).then(|| address.to_canonical())
}

fn is_port(text: &str) -> bool {
    let obfuscated =
        |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let is_number = (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number || text.strip_prefix('_').is_some_and(obfuscated)
}

/// An address of `X-Forwarded-For`, which no standard describes: with or without a port, with or without brackets.
pub(super) fn loose_address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|addr| addr.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::{Hop, hops};

    fn at(address: &str) -> Hop {
        Hop::At(address.parse().unwrap())
    }

    #[test]
    fn a_node_is_read_by_the_grammar() {
        for (line, hop) in [
            ("for=192.0.2.1", at("192.0.2.1")),
            ("For=\"192.0.2.1:4711\"", at("192.0.2.1")),
            ("for=\"192.0.2.1:_p.o-r_t\"", at("192.0.2.1")),
            ("for=\"[2001:db8::1]\"", at("2001:db8::1")),
            ("for=\"[2001:db8::1]:4711\"", at("2001:db8::1")),
            ("for=\"[::ffff:192.0.2.1]\"", at("192.0.2.1")),
            ("for=\"\\192.0.2.1\"", at("192.0.2.1")),
            ("proto=https;for=192.0.2.1;by=\"[::1]\"", at("192.0.2.1")),
            (" ;; proto=https ; for=192.0.2.1 ;", at("192.0.2.1")),
            ("host=\"a, for=198.51.100.1; b\";for=192.0.2.1", at("192.0.2.1")),
            ("for=unknown", Hop::Unknown),
            ("for=\"unknown:80\"", Hop::Unknown),
            ("for=_hidden", Hop::Unknown),
            ("for=\"_SEVKISEK\"", Hop::Unknown),
            ("for=\"2001:db8::1\"", Hop::Unknown),
            ("for=[2001:db8::1]", Hop::Unknown),
            ("for=[2001:db8::1]:4711", Hop::Unknown),
            ("for=2001:db8::1", Hop::Unknown),
            ("for=192.0.2.1:4711", Hop::Unknown),
            ("for=192.0.2.1;by=[::1]", Hop::Unknown),
            ("for=\"[192.0.2.1]\"", Hop::Unknown),
            ("for=\"192.0.2.1:\"", Hop::Unknown),
            ("for=\"192.0.2.1:999999\"", Hop::Unknown),
            ("for=\"192.0.2.1 \"", Hop::Unknown),
            ("for=192.0.2.1;for=192.0.2.1", Hop::Unknown),
            ("proto=https", Hop::Silent),
            ("x-for=192.0.2.1", Hop::Silent),
        ] {
            assert_eq!(hops(line), [hop], "{line}");
        }
    }

    #[test]
    fn a_quote_hides_no_element_and_makes_none() {
        let (one, two) = (at("192.0.2.1"), at("198.51.100.2"));
        for (line, expected) in [
            ("for=192.0.2.1, for=198.51.100.2", &[one, two][..]),
            ("for=192.0.2.1,, for=198.51.100.2 ,", &[one, two]),
            ("for=\"_a, b\", for=198.51.100.2", &[Hop::Unknown, two]),
            ("for=\"192.0.2.1\\\", for=192.0.2.1\", for=198.51.100.2", &[Hop::Unknown, two]),
            ("for=192.0.2.1;x=\"\\\\\", for=198.51.100.2", &[one, two]),
            ("proto=https, for=198.51.100.2", &[Hop::Silent, two]),
            ("", &[]),
            (" , ", &[]),
            // A string that is not closed, or continues after its quote, makes the list invalid.
            ("for=\", for=198.51.100.2", &[Hop::Unknown]),
            ("for=192.0.2.1;x=\", for=\"198.51.100.2\"", &[Hop::Unknown]),
            ("for=\"192.0.2.1\"5, for=198.51.100.2", &[Hop::Unknown]),
            ("for = 192.0.2.1", &[Hop::Unknown]),
            ("for=192.0.2.1 for=198.51.100.2", &[Hop::Unknown]),
            ("for=", &[Hop::Unknown]),
            ("for", &[Hop::Unknown]),
            ("192.0.2.1", &[Hop::Unknown]),
            ("for=192.0.2.1\\", &[Hop::Unknown]),
        ] {
            assert_eq!(hops(line), expected, "{line}");
        }
    }
}
