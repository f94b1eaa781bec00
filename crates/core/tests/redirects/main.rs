//! Redirect URIs match exactly, and no parser reads another host in one than the parser that accepted it: `url` (WHATWG),
//! `fluent-uri` and `iri-string` (RFC 3986), Python's `urllib` and Node's `URL`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod corpus;
mod parsers;

use std::collections::BTreeMap;

use jeton_core::model::Client;
use jeton_core::redirect_uri::{is_registered, is_well_formed};
use proptest::prelude::*;

use corpus::{nasty, pair, sample};
use parsers::{Parsed, fluent, foreign, iri, whatwg};

fn registered_for(uri: &str) -> Client {
    Client { redirect_uris: vec![uri.to_owned()], ..jeton_testkit::sample::client(1) }
}

/// Whether a request may use a URI when another is registered: the checks of registration and of the authorization endpoint.
fn accepted(registered: &str, asked: &str) -> bool {
    is_well_formed(registered) && is_well_formed(asked) && is_registered(&registered_for(registered), asked)
}

/// The text without its port, if it is plain HTTP to a loopback literal or `localhost`, where any port is allowed; by another algorithm
/// than the product's.
fn but_for_the_port(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let port = authority.strip_prefix(host);
        if port.is_some_and(|p| p.is_empty() || p[1..].parse::<u16>().is_ok() && p.starts_with(':')) {
            return Some(format!("{host}{path}"));
        }
    }
    None
}

fn differ_in_the_loopback_port_only(a: &str, b: &str) -> bool {
    but_for_the_port(a).is_some_and(|a| Some(a) == but_for_the_port(b))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_accepted_is_what_is_registered((registered, asked) in pair()) {
        if accepted(&registered, &asked) {
            prop_assert!(registered == asked || differ_in_the_loopback_port_only(&registered, &asked),
                "{asked} for {registered}");
        }
    }

    #[test]
    fn every_parser_sees_one_host_in_what_is_well_formed(uri in nasty()) {
        if is_well_formed(&uri) {
            let seen = whatwg(&uri);
            prop_assert_eq!(&fluent(&uri), &seen, "fluent-uri: {}", uri);
            prop_assert_eq!(&iri(&uri), &seen, "iri-string: {}", uri);
        }
    }
}

#[test]
fn python_and_node_see_the_same_host() {
    let uris: Vec<String> = sample(6000).into_iter().filter(|uri| is_well_formed(uri)).collect();
    assert!(uris.len() > 800, "the corpus has too few that are let in: {}", uris.len());
    for (name, seen) in [("python3", foreign::python(&uris)), ("node", foreign::node(&uris))] {
        for (uri, seen) in uris.iter().zip(seen) {
            assert_eq!(seen, whatwg(uri), "{name}: {uri}");
        }
    }
}

#[test]
fn the_corpus_holds_what_it_should() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (registered, asked) in corpus::sample_pairs(6000) {
        let kind = match (accepted(&registered, &asked), registered == asked) {
            (true, true) => "the same",
            (true, false) => "another port",
            (false, true) => "registered, not well formed",
            (false, false) => "refused",
        };
        *counts.entry(kind).or_default() += 1;
    }
    for kind in ["the same", "another port", "registered, not well formed", "refused"] {
        assert!(counts.get(kind).is_some_and(|count| *count > 30), "{kind}: {counts:?}");
    }
}

#[test]
fn hosts_that_parsers_read_apart_are_not_well_formed() {
    for uri in [
        "https://a.example@b.example/cb",
        "https://a.example:443@b.example/cb",
        "https://user@a.example/cb",
        "https://%61.example/cb",
        "https://a%2eexample/cb",
        "http://0x7f.0.0.1/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://[0:0:0:0:0:0:0:1]/cb",
        "https:a.example/cb",
        "https:/a.example/cb",
        "https:///a.example/cb",
        "https:////a.example/cb",
        "https://a.example\\b.example/cb",
    ] {
        assert!(!is_well_formed(uri), "{uri}");
    }
    for uri in ["https://a.example:443/cb", "HTTPS://A.example/cb", "com.example.app:/cb", "com.example.app://host/cb"]
    {
        assert!(is_well_formed(uri), "{uri}");
        let Parsed::Host(_) = whatwg(uri) else { panic!("{uri}") };
    }
}
