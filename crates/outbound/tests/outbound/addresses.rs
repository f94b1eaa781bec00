//! No address of a forbidden range is ever connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use jeton_model::outbound::{Outbound as _, OutboundError, UrlTrust};
use jeton_outbound::{Guarded, Options, is_public};
use proptest::prelude::*;

use crate::support::{Answers, Noted, get};

/// First and last addresses of what is not public, written out by hand.
const FORBIDDEN_V4: &[(&str, &str)] = &[
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "239.255.255.255"),
    ("240.0.0.0", "255.255.255.255"),
];
const FORBIDDEN_V6: &[(&str, &str)] = &[
    ("::", "::ffff"),
    ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
    ("100::", "100::ffff:ffff:ffff:ffff"),
    ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:10::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
];
const PUBLIC: &[&str] = &[
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
];

fn v4(text: &str) -> u32 {
    text.parse::<Ipv4Addr>().unwrap().to_bits()
}

fn v6(text: &str) -> u128 {
    text.parse::<Ipv6Addr>().unwrap().to_bits()
}

/// An address of a forbidden range.
fn forbidden_v4() -> impl Strategy<Value = Ipv4Addr> {
    proptest::sample::select(FORBIDDEN_V4)
        .prop_flat_map(|(first, last)| (v4(first)..=v4(last)).prop_map(Ipv4Addr::from_bits))
}

/// An IPv6 address of a forbidden range, or one that wraps a forbidden IPv4 address.
fn forbidden() -> impl Strategy<Value = IpAddr> {
    let plain = proptest::sample::select(FORBIDDEN_V6)
        .prop_flat_map(|(first, last)| (v6(first)..=v6(last)).prop_map(Ipv6Addr::from_bits));
    let wrapped = (forbidden_v4(), 0..5_u8, any::<u64>()).prop_map(|(address, how, rest)| {
        let bits = u128::from(address.to_bits());
        Ipv6Addr::from_bits(match how {
            0 => (0xffff << 32) | bits,                             // mapped
            1 => bits,                                              // compatible
            2 => (0x0064_ff9b << 96) | bits,                        // NAT64
            3 => (0x2002 << 112) | (bits << 80) | u128::from(rest), // 6to4
            _ => (0x2a00 << 112) | (0x0200_5efe << 32) | bits,      // ISATAP in a public prefix
        })
    });
    prop_oneof![forbidden_v4().prop_map(IpAddr::V4), plain.prop_map(IpAddr::V6), wrapped.prop_map(IpAddr::V6)]
}

fn public() -> impl Strategy<Value = IpAddr> {
    proptest::sample::select(PUBLIC).prop_map(|text| text.parse().unwrap())
}

thread_local! {
    /// One network for all cases: opening one reads the system's certificates.
    static NETWORK: (Arc<Answers>, Arc<Noted>, Guarded) = {
        let (lookup, connect) = (Answers::new([]), Noted::nowhere());
        let out = Guarded::over(Options::default(), Arc::clone(&lookup) as _, Arc::clone(&connect) as _).unwrap();
        (lookup, connect, out)
    };
}

/// Asks for a name with these addresses; returns what was answered and where it led.
fn ask(addresses: Vec<IpAddr>, trust: UrlTrust) -> (OutboundError, Vec<IpAddr>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    NETWORK.with(|(lookup, connect, out)| {
        lookup.always(addresses);
        connect.forget();
        let error = runtime.block_on(out.send(get("https://keys.example/jwks", trust))).unwrap_err();
        (error, connect.to().iter().map(std::net::SocketAddr::ip).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_name_with_a_forbidden_address_leads_nowhere(
        bad in forbidden(), good in proptest::collection::vec(public(), 0..4), at in any::<proptest::sample::Index>(),
    ) {
        let mut addresses = good;
        let at = at.index(addresses.len() + 1);
        addresses.insert(at, bad);
        for trust in [UrlTrust::Untrusted, UrlTrust::Stranger] {
            let (error, led) = ask(addresses.clone(), trust);
            prop_assert!(matches!(error, OutboundError::Refused(_)), "{bad}: {error}");
            prop_assert!(led.is_empty(), "{bad}");
        }
    }

    #[test]
    fn only_what_the_resolver_said_and_was_judged_is_connected_to(addresses in proptest::collection::vec(any::<IpAddr>(), 1..4)) {
        let (_, led) = ask(addresses.clone(), UrlTrust::Untrusted);
        for address in led {
            prop_assert!(addresses.contains(&address) && addresses.iter().all(|a| is_public(*a)));
        }
    }

    #[test]
    fn what_the_standard_library_calls_special_is_not_public(bits in any::<u32>()) {
        let address = Ipv4Addr::from_bits(bits);
        let special = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_multicast()
            || address.is_broadcast() || address.is_documentation() || address.is_unspecified();
        prop_assert!(!(special && is_public(address.into())));
    }
}

#[test]
fn public_addresses_are_connected_to() {
    for text in PUBLIC {
        let address: IpAddr = text.parse().unwrap();
        let (error, led) = ask(vec![address], UrlTrust::Untrusted);
        assert!(matches!(error, OutboundError::Unreachable(_)), "{text}: {error}");
        assert_eq!(led, [address]);
    }
}

#[test]
fn the_operators_addresses_are_his_to_choose() {
    let address: IpAddr = "10.0.0.7".parse().unwrap();
    assert_eq!(ask(vec![address], UrlTrust::Operator).1, [address]);
}

#[test]
fn the_edges_of_every_range_are_forbidden() {
    for (first, last) in FORBIDDEN_V4.iter().chain(FORBIDDEN_V6) {
        assert!(!is_public(first.parse().unwrap()) && !is_public(last.parse().unwrap()), "{first} {last}");
    }
}
