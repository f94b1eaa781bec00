//! Where robots find this machine: names and addresses that a certificate can have and a robot can dial. What is meant but written
//! otherwise is refused with the form to write.

use std::net::{IpAddr, Ipv6Addr};

/// The longest name and the longest part of one (RFC 1035 section 2.3.4).
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// A name as robots dial it: letters, digits and hyphens between dots (RFC 1123 section 2.1), in lower case.
pub(super) fn name(text: &str) -> Result<String, String> {
    if let Some(bad) = text.chars().find(|c| c.is_control()) {
        return Err(format!(
            "it has the control character {}: write a name such as robots.local",
            bad.escape_default()
        ));
    }
    if let Some(address) = address_in(text) {
        return Err(format!("it is an address: write --address {address}"));
    }
    if let Some((host, port)) = with_port(text) {
        return Err(format!("write the port by itself: --name {host} --port {port}"));
    }
    let meant = meant(text);
    if let Some(why) = wrong(text) {
        let hint = if wrong(&meant).is_none() { meant } else { "a name such as robots.local".to_owned() };
        return Err(format!("{why}: write {hint}"));
    }
    Ok(meant)
}

/// An address of this machine, as robots dial it.
pub(super) fn address(text: &str) -> Result<IpAddr, String> {
    let Ok(address) = text.parse::<IpAddr>() else {
        return Err(match address_in(text) {
            Some(address) => format!("write only the address: {address}"),
            None if wrong(text).is_none() => format!("it is a name: write --name {text}"),
            None => "write an address such as 192.168.1.20 or fd00::20".to_owned(),
        });
    };
    match address {
        IpAddr::V6(mapped) if mapped.to_ipv4_mapped().is_some() => {
            Err(format!("write it as the IPv4 address that it is: {}", address.to_canonical()))
        }
        any if any.is_unspecified() || any.is_multicast() || is_broadcast(any) => {
            Err("no machine is dialled by it: write this machine's own, such as 192.168.1.20".to_owned())
        }
        IpAddr::V6(local) if is_link_local(local) => {
            Err("it means another machine on every line: write one that is not link-local, such as fd00::20".to_owned())
        }
        usable => Ok(usable),
    }
}

/// Why a text is no name that robots dial.
fn wrong(text: &str) -> Option<&'static str> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let is_label = |label: &str| {
        !(label.is_empty() || label.len() > LONGEST_LABEL || label.starts_with('-') || label.ends_with('-'))
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    if text.trim().is_empty() {
        Some("it is empty")
    } else if text.contains('*') {
        Some("robots dial one name, not a wildcard")
    } else if text.contains('/') {
        Some("it is a URL or a path")
    } else if !text.is_ascii() {
        Some("robots dial names in ASCII")
    } else if !text.chars().all(is_allowed) {
        Some("a name has letters, digits, hyphens and dots")
    } else if text.ends_with('.') || text.starts_with('.') {
        Some("a name has no dot at its ends")
    } else if text.len() > LONGEST_NAME || !text.split('.').all(is_label) {
        Some("each part of a name has 1 to 63 characters and no hyphen at its ends, and the name 253 at most")
    } else if last.bytes().all(|byte| byte.is_ascii_digit()) {
        Some("the last part of a name is no number")
    } else {
        None
    }
}

/// The name that was probably meant.
fn meant(text: &str) -> String {
    let host = text.trim();
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    let host = host.strip_prefix("*.").unwrap_or(host).trim_matches('.').trim_matches('-');
    let ascii = match url::Host::parse(host) {
        Ok(url::Host::Domain(name)) => name,
        _ => host.to_owned(),
    };
    ascii.replace([' ', '_'], "-").to_ascii_lowercase()
}

/// The address that a text has: alone, in brackets, with a zone or a port.
fn address_in(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split('/').next().unwrap_or_default();
    let inner = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => text,
    };
    let bare = inner.split('%').next().unwrap_or_default();
    let without_port = || bare.rsplit_once(':').filter(|(host, _)| !host.contains(':'))?.0.parse().ok();
    bare.parse().ok().or_else(without_port)
}

/// A name and its port, where a text is both.
fn with_port(text: &str) -> Option<(String, u16)> {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (host, rest) = text.split_once(':')?;
    let port = rest.split('/').next()?.parse().ok().filter(|port| *port > 0)?;
    let host = meant(host);
    wrong(&host).is_none().then_some((host, port))
}

fn is_broadcast(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(v4) if v4.is_broadcast())
}

/// `fe80::/10`: the address needs a zone, which no certificate has.
fn is_link_local(address: Ipv6Addr) -> bool {
    address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form to write is part of every refusal.
    #[test]
    fn names_are_refused_with_the_form_to_write() {
        for good in ["escapepod.local", "robots.home.arpa", "localhost", "a-1.b", &"a".repeat(63)] {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
        assert_eq!(name("Robots.LOCAL").as_deref(), Ok("robots.local"));
        for (bad, hint) in [
            ("", "such as robots.local"),
            (" robots.local", "write robots.local"),
            ("my robots", "write my-robots"),
            ("my_robots.local", "write my-robots.local"),
            ("robots\u{7}.local", "control character"),
            ("robots\n", "control character"),
            ("*.home.arpa", "write home.arpa"),
            ("*", "such as robots.local"),
            ("robots.local.", "write robots.local"),
            ("-robots-", "write robots"),
            ("https://robots.local/ok", "write robots.local"),
            ("robots.local:8443", "--name robots.local --port 8443"),
            ("https://robots.local:8443", "--name robots.local --port 8443"),
            ("192.168.1.20", "--address 192.168.1.20"),
            ("192.168.1.20:443", "--address 192.168.1.20"),
            ("[fd00::20]", "--address fd00::20"),
            ("fd00::20", "--address fd00::20"),
            ("1.2.3", "such as robots.local"),
            ("\u{fc}nicode.local", "write xn--nicode-2ya.local"),
            ("a..b", "such as robots.local"),
            (&"a".repeat(64), "such as robots.local"),
        ] {
            let said = name(bad).unwrap_err();
            assert!(said.contains(hint), "{bad:?}: {said}");
        }
    }

    #[test]
    fn addresses_are_refused_with_the_form_to_write() {
        for good in ["192.168.1.20", "127.0.0.1", "fd00::20", "2001:db8::1"] {
            assert_eq!(address(good), Ok(good.parse().unwrap()));
        }
        for (bad, hint) in [
            ("[fd00::20]", "fd00::20"),
            ("[fd00::20]:443", "fd00::20"),
            ("fe80::1%eth0", "fe80::1"),
            ("192.168.1.20:443", "192.168.1.20"),
            ("192.168.1.20/24", "192.168.1.20"),
            ("::ffff:192.168.1.20", "192.168.1.20"),
            ("0.0.0.0", "this machine's own"),
            ("::", "this machine's own"),
            ("224.0.0.1", "this machine's own"),
            ("255.255.255.255", "this machine's own"),
            ("fe80::1", "not link-local"),
            ("robots.local", "--name robots.local"),
            ("", "such as 192.168.1.20"),
            ("1.2.3", "such as 192.168.1.20"),
        ] {
            let said = address(bad).unwrap_err();
            assert!(said.contains(hint), "{bad:?}: {said}");
        }
    }
}
