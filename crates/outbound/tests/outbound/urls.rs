//! Which URLs a client may supply, whatever they resolve to.

use std::sync::Arc;

use jeton_model::outbound::{Outbound as _, OutboundError, UrlTrust};
use jeton_outbound::{Guarded, Options};

use crate::support::{Answers, Noted, get};

/// Each of them is refused although the resolver would return a public address.
const HOSTILE: &[&str] = &[
    // Schemes and forms.
    "http://keys.example/jwks",
    "ftp://keys.example/jwks",
    "file:///etc/passwd",
    "gopher://keys.example/",
    "javascript:alert(1)",
    "//keys.example/jwks",
    "/jwks",
    "",
    "https://",
    "https:///",
    "https:\\\\keys.example",
    "https://keys.example\\@127.0.0.1/",
    "https://keys.example/ jwks",
    "https://keys.example/\r\nHost: other",
    "https://keys.example/\u{e9}",
    // Credentials.
    "https://user@keys.example/",
    "https://user:password@keys.example/",
    "https://keys.example@127.0.0.1/",
    // Trailing dots.
    "https://keys.example./jwks",
    "https://127.0.0.1./jwks",
    // Ports of other services.
    "https://keys.example:0/",
    "https://keys.example:22/",
    "https://keys.example:25/",
    "https://keys.example:80/",
    "https://keys.example:65536/",
    // Spellings of loopback and private addresses.
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://%31%32%37.0.0.1/",
    "https://10.0.0.1/",
    "https://0xa.1/",
    "https://192.168.1.1/",
    "https://0300.0250.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/",
    "https://100.100.100.200/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
];

#[tokio::test]
async fn hostile_urls_of_strangers_are_refused_before_anything_is_sent() {
    let connect = Noted::nowhere();
    let lookup = Answers::new([vec!["93.184.216.34".parse().unwrap()]]);
    let out = Guarded::over(Options::default(), lookup, Arc::clone(&connect) as _).unwrap();
    for url in HOSTILE {
        for trust in [UrlTrust::Untrusted, UrlTrust::Stranger] {
            let answer = out.send(get(*url, trust)).await;
            assert!(matches!(answer, Err(OutboundError::Refused(_))), "{url}: {answer:?}");
        }
    }
    assert!(connect.to().is_empty());
}

#[tokio::test]
async fn a_name_that_is_an_address_in_disguise_is_not_looked_up() {
    let lookup = Answers::new([vec!["93.184.216.34".parse().unwrap()]]);
    let out = Guarded::over(Options::default(), Arc::clone(&lookup) as _, Noted::nowhere()).unwrap();
    for url in ["https://2130706433/", "https://0x7f.1/", "https://127.1/"] {
        let _ = out.send(get(url, UrlTrust::Untrusted)).await;
    }
    assert_eq!(lookup.asked(), 0);
}

#[tokio::test]
async fn strangers_may_use_https_and_free_ports() {
    let connect = Noted::nowhere();
    let lookup = Answers::new([vec!["93.184.216.34".parse().unwrap()]]);
    let out = Guarded::over(Options::default(), lookup, Arc::clone(&connect) as _).unwrap();
    for url in ["https://keys.example/jwks", "https://keys.example:8443/jwks"] {
        let answer = out.send(get(url, UrlTrust::Untrusted)).await;
        assert!(matches!(answer, Err(OutboundError::Unreachable(_))), "{url}: {answer:?}");
    }
    assert_eq!(connect.to().iter().map(|to| to.port()).collect::<Vec<_>>(), [443, 8443]);
}

#[tokio::test]
async fn a_url_of_any_length_is_not_read() {
    let out = Guarded::open(Options::default()).unwrap();
    let answer = out.send(get(format!("https://keys.example/{}", "a".repeat(5000)), UrlTrust::Operator)).await;
    assert!(matches!(answer, Err(OutboundError::Refused(_))));
}
