//! URIs as an attacker would write them: valid ones, cut, joined and decorated.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const SOUND: &[&str] = &[
    "https://a.example/cb",
    "https://a.example:8443/cb?x=1&y=%2F",
    "https://a.example",
    "https://xn--bcher-kva.example/cb",
    "http://127.0.0.1/cb",
    "http://127.0.0.1:9000/cb?a=b",
    "http://127.0.0.1:9000",
    "http://[::1]/cb",
    "http://[::1]:9000/cb",
    "https://[2001:db8::1]/cb",
    "http://localhost:9000/cb",
    "com.example.app:/cb",
    "com.example.app://host/cb",
];

const FRAGMENTS: &[&str] = &[
    "@",
    ":",
    "/",
    "//",
    "///",
    "\\",
    "?",
    "#",
    ".",
    "..",
    "/../",
    "/./",
    "%",
    "%2f",
    "%2e",
    "%40",
    "%00",
    "%61",
    "%5c",
    "&",
    ";",
    ":80",
    ":443",
    ":0",
    ":1",
    ":65535",
    ":65536",
    ":00080",
    ":",
    "@b.example",
    "b.example@",
    "b.example:80@",
    ".b.example",
    "b.example",
    "https://b.example",
    "http:",
    "https:",
    "javascript:",
    "data:",
    "x:",
    "[",
    "]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0177.0.0.1",
    "localhost",
    "\t",
    "\n",
    "\r",
    " ",
    "\u{0}",
    "\u{e9}",
    "\u{3002}",
    "\u{ff0f}",
    "\u{2100}",
    "xn--",
    "_",
    "-",
    "~",
    "^",
    "|",
    "{",
    "}",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "A",
    "0",
    "9",
];

/// One change.
#[derive(Clone, Debug)]
enum Edit {
    Insert(Index, &'static str),
    Remove(Index),
    Double(Index),
    Case(Index),
    Replace(Index, &'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    let fragment = || select(FRAGMENTS);
    prop_oneof![
        4 => (any::<Index>(), fragment()).prop_map(|(at, text)| Edit::Insert(at, text)),
        1 => any::<Index>().prop_map(Edit::Remove),
        1 => any::<Index>().prop_map(Edit::Double),
        1 => any::<Index>().prop_map(Edit::Case),
        2 => (any::<Index>(), fragment()).prop_map(|(at, text)| Edit::Replace(at, text)),
    ]
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for edit in edits {
        let at = |index: &Index, chars: &[char]| index.index(chars.len().max(1)).min(chars.len().saturating_sub(1));
        match edit {
            Edit::Insert(index, text) => {
                let at = index.index(chars.len() + 1);
                chars.splice(at..at, text.chars());
            }
            _ if chars.is_empty() => {}
            Edit::Remove(index) => drop(chars.remove(at(index, &chars))),
            Edit::Double(index) => {
                let at = at(index, &chars);
                chars.insert(at, chars[at]);
            }
            Edit::Case(index) => {
                let at = at(index, &chars);
                let c = chars[at];
                chars[at] = if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            }
            Edit::Replace(index, text) => {
                let at = at(index, &chars);
                chars.splice(at..=at, text.chars());
            }
        }
    }
    chars.into_iter().collect()
}

/// One URI, changed at up to three places.
pub(crate) fn nasty() -> impl Strategy<Value = String> {
    (select(SOUND), vec(edit(), 0..4)).prop_map(|(text, edits)| apply(text, &edits))
}

/// A loopback URI with any port.
fn with_port() -> impl Strategy<Value = String> {
    let host = select(&["http://127.0.0.1", "http://[::1]", "https://127.0.0.1", "http://localhost"][..]);
    (host, proptest::option::of(0..70_000_u32), select(&["/cb", "", "?q", "/cb/"][..])).prop_map(
        |(host, port, path)| port.map_or_else(|| format!("{host}{path}"), |port| format!("{host}:{port}{path}")),
    )
}

/// The registered and the requested URI: the same, one a change of the other, or two unrelated ones.
pub(crate) fn pair() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        1 => nasty().prop_map(|uri| (uri.clone(), uri)),
        4 => (nasty(), vec(edit(), 1..3)).prop_map(|(uri, edits)| { let asked = apply(&uri, &edits); (uri, asked) }),
        2 => (with_port(), with_port()),
        2 => (with_port(), with_port(), vec(edit(), 0..2)).prop_map(|(a, b, edits)| (a, apply(&b, &edits))),
        1 => (nasty(), nasty()),
    ]
}

/// As many as requested, the same in every run.
pub(crate) fn sample(count: usize) -> Vec<String> {
    let mut runner = runner();
    let strategy = nasty();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// The same for pairs.
pub(crate) fn sample_pairs(count: usize) -> Vec<(String, String)> {
    let mut runner = runner();
    let strategy = pair();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}
