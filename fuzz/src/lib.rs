//! Properties that must hold for any input of a parser, one module for each parser that reads untrusted bytes.
//!
//! A body returns when the input was handled, whatever the result, and panics when a rule is broken: `cargo test` runs
//! it with arbitrary bytes and changed examples, libFuzzer (see `README.md`) with inputs that it finds.

pub mod assertion;
pub mod base64url;
pub mod basic_credentials;
pub mod form;
pub mod jwe_compact;
pub mod jwk;
pub mod jwk_set;
pub mod jws_compact;
pub mod proxy_headers;
pub mod redirect_uri;
pub mod scope;
pub mod strict_json;
pub mod token_text;

/// One parser.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, and that of its program under `libfuzzer/`.
    pub name: &'static str,
    /// A property that must hold for any input.
    pub run: fn(&[u8]),
    /// Inputs that are right, to be changed.
    pub seeds: fn() -> Vec<String>,
}

/// Every target.
pub const TARGETS: [Target; 13] = [
    Target { name: "assertion", run: assertion::run, seeds: jws_compact::seeds },
    Target { name: "base64url", run: base64url::run, seeds: base64url::seeds },
    Target { name: "basic_credentials", run: basic_credentials::run, seeds: basic_credentials::seeds },
    Target { name: "form", run: form::run, seeds: form::seeds },
    Target { name: "jwe_compact", run: jwe_compact::run, seeds: jwe_compact::seeds },
    Target { name: "jwk", run: jwk::run, seeds: jwk::seeds },
    Target { name: "jwk_set", run: jwk_set::run, seeds: jwk_set::seeds },
    Target { name: "jws_compact", run: jws_compact::run, seeds: jws_compact::seeds },
    Target { name: "proxy_headers", run: proxy_headers::run, seeds: proxy_headers::seeds },
    Target { name: "redirect_uri", run: redirect_uri::run, seeds: redirect_uri::seeds },
    Target { name: "scope", run: scope::run, seeds: scope::seeds },
    Target { name: "strict_json", run: strict_json::run, seeds: strict_json::seeds },
    Target { name: "token_text", run: token_text::run, seeds: token_text::seeds },
];

/// The bytes as text; what is not UTF-8 cannot be offered to most parsers.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

fn owned(seeds: &[&str]) -> Vec<String> {
    seeds.iter().map(|seed| (*seed).to_owned()).collect()
}
