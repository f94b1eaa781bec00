//! The parsers, each returning the host.

use iri_string::types::UriStr;
use url::Url;

/// The result of a parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// The host, in lower case, IPv6 without brackets; empty when there is none.
    Host(String),
    /// Not a URI.
    Refused,
}

fn seen(host: Option<&str>) -> Parsed {
    let host = host.unwrap_or_default();
    Parsed::Host(host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase())
}

pub(crate) fn whatwg(uri: &str) -> Parsed {
    Url::parse(uri).map_or(Parsed::Refused, |url| seen(url.host_str()))
}

pub(crate) fn fluent(uri: &str) -> Parsed {
    let parsed = fluent_uri::Uri::parse(uri);
    parsed.map_or(Parsed::Refused, |uri| seen(uri.authority().map(|authority| authority.host())))
}

pub(crate) fn iri(uri: &str) -> Parsed {
    let parsed = UriStr::new(uri);
    parsed.map_or(Parsed::Refused, |uri| seen(uri.authority_components().map(|authority| authority.host())))
}

/// Parsers of other languages: each process reads all URIs as JSON and prints the hosts, or null.
pub(crate) mod foreign {
    use std::io::Write as _;
    use std::path::PathBuf;
    use std::process::{Command, Stdio};

    use jeton_testkit::machine::{self, NODE, PYTHON, Tool, need};

    use super::{Parsed, seen};

    const HOST_IN_PYTHON: &str = "
import json, sys
from urllib.parse import urlsplit
def host(uri):
    try:
        return urlsplit(uri).hostname or ''
    except ValueError:
        return None
print(json.dumps([host(uri) for uri in json.load(sys.stdin)]))
";
    const HOST_IN_NODE: &str = "
const host = (uri) => { try { return new URL(uri).hostname } catch { return null } };
console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8')).map(host)));
";

    pub(crate) fn python(uris: &[String]) -> Vec<Parsed> {
        ask(&PYTHON, machine::program("python3"), ["-c", HOST_IN_PYTHON], uris)
    }

    pub(crate) fn node(uris: &[String]) -> Vec<Parsed> {
        ask(&NODE, machine::node(), ["-e", HOST_IN_NODE], uris)
    }

    fn ask(tool: &Tool, program: Option<PathBuf>, args: [&str; 2], uris: &[String]) -> Vec<Parsed> {
        need(&[tool]).unwrap_or_else(|missing| panic!("{missing}"));
        let mut command = Command::new(program.unwrap());
        let mut process = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(serde_json::to_string(uris).unwrap().as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", tool.name);
        let hosts: Vec<Option<String>> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(hosts.len(), uris.len());
        hosts.into_iter().map(|host| host.map_or(Parsed::Refused, |host| seen(Some(&host)))).collect()
    }
}
